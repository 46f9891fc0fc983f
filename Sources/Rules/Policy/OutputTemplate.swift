/// What an alert says: text with fields in it, as `Shell %proc.name by %user.uid`, and functions of fields.
package struct OutputTemplate: Hashable, Sendable {
  /// What is absent renders `<NA>`.
  package enum Part: Hashable, Sendable {
    case text(String)
    case field(FieldReference)
    case function(Expression)
    /// A field, by name, that this version can't supply, or a function of one; always absent.
    case absent(String, written: String)
  }

  package let parts: [Part]

  package init(parts: [Part]) { self.parts = parts }

  /// As a rule would write it.
  package var text: String {
    parts.map { part in
      switch part {
      case .text(let text): text.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
      case .field(let field): "%\(field.text)"
      case .function(let function): "%\(function.text)"
      case .absent(_, let written): "%\(written)"
      }
    }.joined()
  }

  /// The fields it shows, those of functions included, each once, in order of first use.
  package var fields: [FieldReference] {
    var seen: Set<FieldReference> = []
    return parts.flatMap { part -> [FieldReference] in
      switch part {
      case .field(let field): [field]
      case .function(let function): function.fields
      case .text, .absent: []
      }
    }.filter { seen.insert($0).inserted }
  }

  /// The functions it shows, each once, in order of first use.
  package var functions: [Expression] {
    var seen: Set<Expression> = []
    return parts.compactMap { part in
      guard case .function(let function) = part, seen.insert(function).inserted else { return nil }
      return function
    }
  }
}

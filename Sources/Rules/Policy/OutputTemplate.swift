/// What an alert says: text with fields in it, as `Shell %proc.name by %user.uid`.
package struct OutputTemplate: Hashable, Sendable {
  package enum Part: Hashable, Sendable {
    case text(String)
    /// Renders `<NA>` when absent.
    case field(FieldReference)
    /// A field, by name, that this version can't supply: always `<NA>`.
    case absent(String)
  }

  package let parts: [Part]

  package init(parts: [Part]) { self.parts = parts }

  /// As a rule would write it.
  package var text: String {
    parts.map { part in
      switch part {
      case .text(let text): text.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
      case .field(let field): "%\(field.text)"
      case .absent(let name): "%\(name)"
      }
    }.joined()
  }

  /// The fields it shows, each once, in order of first use.
  package var fields: [FieldReference] {
    var seen: Set<FieldReference> = []
    return parts.compactMap { part in
      guard case .field(let field) = part, seen.insert(field).inserted else { return nil }
      return field
    }
  }
}

/// `getopt()`: the options among arguments.
package struct OptionSearch: Hashable, Sendable {
  /// Where the arguments are from.
  package enum Source: Hashable, Sendable {
    /// A field that shows a process's arguments: they are taken as the process got them, without the first, which names
    /// the program.
    case commandLine(FieldReference)
    /// Any other text, split at blanks.
    case words(Expression)
    case list([Expression])
  }

  package let source: Source
  /// As getopt(3) takes them; see ``OptionLetters``.
  package let letters: [UInt8]
  /// The option whose argument is asked for; nil: all that are there, a list.
  package let selected: UInt8?

  var fields: [FieldReference] {
    switch source {
    case .commandLine(let field): [field]
    case .words(let text): text.fields
    case .list(let parts): parts.flatMap(\.fields)
    }
  }

  /// As a rule would write it.
  var text: String {
    let arguments =
      switch source {
      case .commandLine(let field): field.text
      case .words(let text): text.text
      case .list(let parts): "(\(parts.map(\.text).joined(separator: ", ")))"
      }
    let brackets = selected.map { "[\(FieldReference.written([$0]))]" } ?? ""
    return "getopt(\(arguments), \(Predicate.quoted(letters)))\(brackets)"
  }
}

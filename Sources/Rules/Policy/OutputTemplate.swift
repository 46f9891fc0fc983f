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

  /// The fields it shows, each once, in order of first use.
  package var fields: [FieldReference] {
    var seen: Set<FieldReference> = []
    return parts.compactMap { part in
      guard case .field(let field) = part, seen.insert(field).inserted else { return nil }
      return field
    }
  }
}

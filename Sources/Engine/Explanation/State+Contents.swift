import Events
import Rules

extension State {
  /// Every value of a field, as people read it.
  ///
  /// - Parameters:
  ///   - limit: bytes of a text; a longer one is cut.
  ///   - count: values; more are told by a last one.
  func contents(_ reference: FieldReference, _ limit: Int, _ count: Int) -> [String] {
    let description = reference.field.description
    switch (description.cardinality, reference.argument) {
    case (.ends, _):
      let (one, other) = ends(reference.field)
      return [one, other].compactMap { $0 }.compactMap { end in
        description.type == .port ? Self.port(end).map { String($0) } : Self.text(end)
      }
    case (.ancestors, .none):
      var values: [String] = []
      var distance = 1
      while ancestor(distance) >= 0 {
        guard values.count < count else { return values + ["..."] }
        if let value = value(FieldReference(reference.field, .index(distance)), limit: limit) { values.append(Self.shown(value)) }
        distance += 1
      }
      return values
    case (.list, _):
      var values: [String] = []
      let hasMore = anyText(reference.field) { text in
        guard values.count < count else { return true }
        values.append("\"\(EscapedText.escaped(text, limit: limit))\"")
        return false
      }
      return hasMore ? values + ["..."] : values
    default: return value(reference, limit: limit).map { [Self.shown($0)] } ?? []
    }
  }

  private static func shown(_ value: AlertField.Value) -> String {
    if case .text(let text) = value { "\"\(text)\"" } else { value.shown }
  }
}

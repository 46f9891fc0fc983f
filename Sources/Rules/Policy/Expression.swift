internal import Events

/// What is compared when it isn't a field as it is: functions over fields. Absent if any of its fields is.
package indirect enum Expression: Hashable, Sendable {
  case field(FieldReference)
  case constant([UInt8])
  /// Of ASCII letters.
  case lower(Expression)
  case upper(Expression)
  /// What base64 stands for; absent if it is none.
  case decoded(Expression)
  /// What follows the last slash.
  case basename(Expression)
  /// A number: bytes of a text.
  case length(Expression)
  case joined([Expression], separator: [UInt8])
  /// A list of texts, or with one option selected a text.
  case options(OptionSearch)

  /// A number, not a text.
  package var isNumber: Bool {
    switch self {
    case .field(let field): field.field.description.type == .integer || field.field.description.type == .port
    case .length: true
    default: false
    }
  }

  /// Several texts; comparisons ask for any or all of them.
  package var isList: Bool { if case .options(let search) = self { search.selected == nil } else { false } }

  /// Its fields from left to right.
  package var fields: [FieldReference] {
    switch self {
    case .field(let field): [field]
    case .constant: []
    case .lower(let inner), .upper(let inner), .decoded(let inner), .basename(let inner), .length(let inner): inner.fields
    case .joined(let parts, _): parts.flatMap(\.fields)
    case .options(let search): search.fields
    }
  }

  /// As a rule would write it.
  package var text: String {
    switch self {
    case .field(let field): field.text
    case .constant(let bytes): Predicate.quoted(bytes)
    case .lower(let inner): "tolower(\(inner.text))"
    case .upper(let inner): "toupper(\(inner.text))"
    case .decoded(let inner): "b64(\(inner.text))"
    case .basename(let inner): "basename(\(inner.text))"
    case .length(let inner): "len(\(inner.text))"
    case .joined(let parts, let separator):
      separator.isEmpty
        ? "concat(\(parts.map(\.text).joined(separator: ", ")))"
        : "join(\(Predicate.quoted(separator)), (\(parts.map(\.text).joined(separator: ", "))))"
    case .options(let search): search.text
    }
  }
}

extension Predicate {
  /// How two values of an event compare.
  package enum Relation: Hashable, Sendable {
    case equals, notEquals
    case contains, containsIgnoringCase, startsWith, endsWith
    case ordered(Order)

    var text: String {
      switch self {
      case .equals: "="
      case .notEquals: "!="
      case .contains: "contains"
      case .containsIgnoringCase: "icontains"
      case .startsWith: "startswith"
      case .endsWith: "endswith"
      case .ordered(let order): order.text
      }
    }
  }
}

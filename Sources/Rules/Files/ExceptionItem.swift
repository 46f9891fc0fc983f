/// What a rule lets pass: `(condition) and not (...)`.
struct ExceptionItem: Sendable {
  /// A value as written: one, or a list in a row.
  enum Value: Sendable {
    case one(String, TextPlace)
    case many([String], TextPlace)

    var place: TextPlace {
      switch self {
      case .one(_, let place), .many(_, let place): place
      }
    }
  }

  struct Field: Sendable {
    let text: String
    let place: TextPlace
    let comparison: Comparison
  }

  let name: String
  /// One in the single-field form, whose values are one list.
  let fields: [Field]
  let isSingle: Bool
  /// Each row is an AND, the rows an OR; in the single-field form each has one value.
  var rows: [[Value]]
  /// The last day on which it applies.
  var expires: CalendarDay?
  var reason: String?
  let location: SourceLocation

  /// As the text of a condition; empty without values.
  func text(limit: Int) -> ConditionText {
    var text = ConditionText(start: fields.first?.place ?? TextPlace(file: 0, offset: 0))
    func append(_ string: String, at place: TextPlace) { text.append(string.utf8, allAt: place) }
    guard !rows.isEmpty else { return text }
    if isSingle, let field = fields.first {
      append("\(field.text) \(field.comparison.rawValue) (", at: field.place)
      for (index, value) in rows.compactMap(\.first).enumerated() {
        if index > 0 { append(", ", at: value.place) }
        text.append(Self.written(value, isInList: true), allAt: value.place)
        guard text.bytes.count <= limit else { return text }
      }
      append(")", at: field.place)
      return text
    }
    for (number, row) in rows.enumerated() {
      if number > 0 { append(" or ", at: row.first?.place ?? text.place(at: 0)) }
      for (index, (field, value)) in zip(fields, row).enumerated() {
        append(index > 0 ? " and " : "", at: field.place)
        append("\(field.text) \(field.comparison.rawValue) ", at: field.place)
        text.append(Self.written(value, isInList: false, wantsList: field.comparison.wantsList), allAt: value.place)
        guard text.bytes.count <= limit else { return text }
      }
    }
    return text
  }

  private static func written(_ value: Value, isInList: Bool, wantsList: Bool = false) -> [UInt8] {
    switch value {
    case .one(let text, _):
      let bytes = ListExpansion.written(text)
      return wantsList ? [UInt8(ascii: "(")] + bytes + [UInt8(ascii: ")")] : bytes
    case .many(let texts, _):
      let joined = Array(texts.map(ListExpansion.written).joined(separator: [UInt8(ascii: ","), UInt8(ascii: " ")]))
      return isInList ? joined : [UInt8(ascii: "(")] + joined + [UInt8(ascii: ")")]
    }
  }
}

extension Comparison {
  /// Its values stand in parentheses.
  var wantsList: Bool { self == .isIn || self == .intersects || self == .pmatch }
}

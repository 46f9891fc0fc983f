internal import Events

/// Turns a check into a predicate: looks its field up, and brings its constants to the field's type.
enum PredicateBuilder {
  /// What a check compiles to.
  enum Leaf {
    case predicate(Predicate, isNegated: Bool)
    case constant(Bool)
    /// It asks for a field that this version can't supply, by name.
    case absent(String)
  }

  static func leaf(for check: Check) throws(ConditionError) -> Leaf {
    if case .identifier(let name) = check.operand { throw unknownList(name) }
    guard case .field(let name) = check.subject else { return try expressionLeaf(for: check) }
    switch check.operand {
    case .field, .transformer: return try expressionLeaf(for: check)
    case .none, .literal, .list, .identifier: break
    }
    guard case .known(let field) = try resolve(name) else {
      try LaterFields.check(check)
      return .absent(name.name)
    }
    try checkSupport(of: check)
    if check.comparison == .exists { return .predicate(Predicate(field, .exists), isNegated: false) }
    if field.field == .eventType { return try EventTypeChecks.leaf(for: check) }
    let test: Predicate.Test =
      switch field.field.description.type {
      case .string where field.field.description.cardinality == .list: try listTest(check, field)
      case .string: try stringTest(check, field)
      case .integer: try integerTest(check, field) { literal throws(ConditionError) in try integer(literal, field) }
      case .port: try integerTest(check, field) { literal throws(ConditionError) in try port(literal, field) }
      case .boolean: try booleanTest(check, field)
      case .address: try addressTest(check, field)
      }
    // Nothing is a member of an empty list.
    if case .list(let values) = check.operand, values.isEmpty { return .constant(false) }
    return .predicate(Predicate(field, test), isNegated: false)
  }

  /// A field as far as this version knows it.
  enum Resolved {
    case known(FieldReference)
    /// A field that others have, or that is to come: always absent.
    case absent(String)
  }

  /// Looks a field up, with what stands in its brackets.
  static func resolve(_ name: FieldName) throws(ConditionError) -> Resolved {
    if Field.written(name.name) == nil, LaterFields.contains(name.name) { return .absent(name.name) }
    return .known(try reference(to: name))
  }

  /// Looks up a field that has to be supplied.
  static func reference(to name: FieldName) throws(ConditionError) -> FieldReference {
    guard let (field, dotted) = Field.written(name.name) else {
      if LaterFields.contains(name.name) {
        throw ConditionError(.unknownField, at: name.offset, "the field \(DisplayText.quoted(name.name)) can't be supplied yet")
      }
      throw ConditionError(
        .unknownField, at: name.offset, "unknown field \(DisplayText.quoted(name.name))",
        hint: NearestName.hint(name.name, among: FieldTable.all.map(\.name)) ?? "`selvage fields` lists the fields")
    }
    switch (field.description.argument, dotted ?? name.argument) {
    case (.requiredKey, nil):
      throw ConditionError(
        .type, at: name.offset, "'\(name.name)' needs a name in brackets", hint: "expected as \(name.name)[app]")
    case (_, nil): return FieldReference(field)
    case (_, _) where dotted != nil && name.argument != nil, (.none, _):
      throw ConditionError(.type, at: name.argumentOffset, "'\(name.name)' takes no argument in brackets")
    case (.key, let key?), (.requiredKey, let key?): return FieldReference(field, .key(key))
    case (.index, let index?):
      guard let number = ConstantParser.integer(index), (0...maximumIndex).contains(number) else {
        throw ConditionError(
          .type, at: name.argumentOffset, "'\(name.name)' takes a number in brackets, not \(DisplayText.quoted(index))",
          hint: "expected 0 to \(maximumIndex), or no brackets for any ancestor")
      }
      return FieldReference(field, .index(Int(number)))
    }
  }

  private static let maximumIndex: Int64 = 1_000_000

  static func checkSupport(of check: Check) throws(ConditionError) {
    if check.comparison == .bcontains || check.comparison == .bstartsWith {
      throw ConditionError(
        .type, at: check.comparisonOffset, "'\(check.comparison.rawValue)' compares bytes, and no field of this version holds such",
        hint: "a text is compared with contains or startswith")
    }
  }

  static func unknownList(_ name: Literal) -> ConditionError {
    ConditionError(
      .unknownList(name: String(decoding: name.bytes, as: UTF8.self)), at: name.offset,
      "unknown list \(DisplayText.quoted(name.bytes))", hint: "values stand in parentheses: (a, b)")
  }

  /// The constants, one or many.
  static func literals(_ check: Check) -> [Literal] {
    switch check.operand {
    case .literal(let literal): [literal]
    case .list(let literals): literals
    default: []
    }
  }

  static func mismatch(_ check: Check, _ field: FieldReference, _ allowed: String) -> ConditionError {
    ConditionError(
      .type, at: check.comparisonOffset,
      "'\(check.comparison.rawValue)' can't compare '\(subject(check, field))', which is \(field.field.description.type.article)",
      hint: "expected one of \(allowed)")
  }

  /// As it is written, where it is no field of events.
  static func subject(_ check: Check, _ field: FieldReference) -> String {
    if case .field(let name) = check.subject, Field.written(name.name) == nil { name.name } else { field.name }
  }

  static func order(_ comparison: Comparison) -> Predicate.Order? {
    switch comparison {
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    default: nil
    }
  }
}

extension Field {
  /// A field by its name, and what stands behind it after a dot as its argument: `k8s.pod.label.app`. nil: no such field.
  static func written(_ name: String) -> (field: Field, argument: [UInt8]?)? {
    if let field = named(name) { return (field, nil) }
    for field in dotted where name.utf8.starts(with: field.description.name.utf8) {
      let rest = name.utf8.dropFirst(field.description.name.utf8.count)
      if rest.first == UInt8(ascii: "."), rest.count > 1, rest.last != UInt8(ascii: ".") { return (field, Array(rest.dropFirst())) }
    }
    return nil
  }

  private static let dotted = [containerLabel, podLabel, podAnnotation, namespaceLabel, namespaceAnnotation]
}

extension FieldType {
  /// For messages.
  var article: String {
    switch self {
    case .string: "a string"
    case .integer: "a number"
    case .boolean: "true or false"
    case .address: "an address"
    case .port: "a port"
    }
  }
}

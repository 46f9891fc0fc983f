internal import Events

extension PredicateBuilder {
  static func stringTest(_ check: Check, _ field: FieldReference) throws(ConditionError) -> Predicate.Test {
    let values = literals(check).map(\.bytes)
    if check.comparison == .isIn || check.comparison == .intersects { return .isIn(Set(values)) }
    if check.comparison == .pmatch { return .pathPrefix(PathPrefixes(values)) }
    guard let value = values.first else { throw mismatch(check, field, "") }
    if let order = order(check.comparison) { return .ordered(order, value) }
    switch check.comparison {
    case .equal, .equalTwice: return .equals(value)
    case .notEqual: return .notEquals(value)
    case .contains: return .contains(value)
    case .icontains: return .containsIgnoringCase(value.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
    case .startsWith: return .startsWith(value)
    case .endsWith: return .endsWith(value)
    case .glob: return .glob(Glob(value))
    case .iglob: return .glob(Glob(value, ignoresCase: true))
    case .regex: return .regex(try regex(value, at: literals(check).first?.offset ?? check.comparisonOffset))
    default: throw mismatch(check, field, "= != in contains icontains startswith endswith glob iglob regex pmatch exists")
    }
  }

  /// Of a field with several texts.
  static func listTest(_ check: Check, _ field: FieldReference) throws(ConditionError) -> Predicate.Test {
    switch check.comparison {
    case .isIn: return .allIn(Set(literals(check).map(\.bytes)))
    case .intersects: return .anyIn(Set(literals(check).map(\.bytes)))
    case .contains, .icontains, .startsWith, .endsWith, .glob, .iglob, .regex, .pmatch: return try stringTest(check, field)
    default:
      throw ConditionError(
        .type, at: check.comparisonOffset, "'\(check.comparison.rawValue)' can't compare a list, as '\(subject(check, field))' is",
        hint: "expected one of intersects (any value is one of these), in (every value is), or of any value contains "
          + "icontains startswith endswith glob iglob regex pmatch, or exists")
    }
  }

  static func regex(_ pattern: [UInt8], at offset: Int) throws(ConditionError) -> RegularExpression {
    do throws(RegularExpressionError) {
      return try RegularExpression(pattern)
    } catch {
      throw ConditionError(
        .type, at: offset, "this regular expression is no good: \(error.message), at its character \(error.offset + 1)",
        hint: "POSIX extended, as RE2 reads it; the whole text must match")
    }
  }

  static func integerTest(
    _ check: Check, _ field: FieldReference, _ parse: (Literal) throws(ConditionError) -> Int64
  ) throws(ConditionError) -> Predicate.Test {
    let order = order(check.comparison)
    // Between two whole numbers: the lower one decides.
    if let order, let literal = literals(check).first, let number = ConstantParser.decimal(literal.bytes), !number.isWhole {
      return .orderedInteger(order == .less || order == .lessOrEqual ? .lessOrEqual : .greater, number.floor)
    }
    switch check.comparison {
    case .equal, .equalTwice, .notEqual, .isIn, .intersects: break
    default: if order == nil { throw mismatch(check, field, "= != < <= > >= in exists") }
    }
    var values: [Int64] = []
    for literal in literals(check) { values.append(try parse(literal)) }
    if check.comparison == .isIn || check.comparison == .intersects { return .isInIntegers(Set(values)) }
    guard let value = values.first else { throw mismatch(check, field, "= != < <= > >= in exists") }
    if let order { return .orderedInteger(order, value) }
    return check.comparison == .notEqual ? .notEqualsInteger(value) : .equalsInteger(value)
  }

  static func integer(_ literal: Literal, _ field: FieldReference) throws(ConditionError) -> Int64 {
    guard let number = ConstantParser.decimal(literal.bytes), number.isWhole else {
      throw ConditionError(
        .type, at: literal.offset, "\(DisplayText.quoted(literal.bytes)) is no whole number, but '\(field.name)' is one",
        hint: "expected a number as 42, -1 or 0x2a, of at most 64 bits")
    }
    return number.floor
  }

  static func port(_ literal: Literal, _ field: FieldReference) throws(ConditionError) -> Int64 {
    if let number = ConstantParser.decimal(literal.bytes) {
      let value = number.floor
      guard number.isWhole, (0...65535).contains(value) else {
        throw ConditionError(.type, at: literal.offset, "\(DisplayText.quoted(literal.bytes)) is no port", hint: "expected 0 to 65535")
      }
      return value
    }
    let name = String(decoding: literal.bytes, as: UTF8.self)
    guard let port = ServiceNames.port(name) else {
      throw ConditionError(
        .type, at: literal.offset, "\(DisplayText.quoted(name)) is neither a port nor a service that we know",
        hint: ServiceNames.hint(for: name) ?? "expected 0 to 65535, or a name as https")
    }
    return port
  }

  static func booleanTest(_ check: Check, _ field: FieldReference) throws(ConditionError) -> Predicate.Test {
    var values: [Bool] = []
    switch check.comparison {
    case .equal, .equalTwice, .notEqual, .isIn, .intersects: break
    default: throw mismatch(check, field, "= != in exists")
    }
    for literal in literals(check) {
      guard let value = ConstantParser.boolean(literal.bytes) else {
        throw ConditionError(
          .type, at: literal.offset, "'\(field.name)' is compared with \(DisplayText.quoted(literal.bytes))",
          hint: "expected true or false")
      }
      values.append(value)
    }
    switch (check.comparison, values.contains(true), values.contains(false)) {
    case (.notEqual, let value, _): return .notEqualsBoolean(value)
    case (_, true, true): return .exists
    case (_, true, false): return .equalsBoolean(true)
    case (_, false, true), (_, false, false): return .equalsBoolean(false)
    }
  }

  static func addressTest(_ check: Check, _ field: FieldReference) throws(ConditionError) -> Predicate.Test {
    switch check.comparison {
    case .equal, .equalTwice, .notEqual, .isIn, .intersects: break
    default: throw mismatch(check, field, "= != in exists")
    }
    var networks: [Network] = []
    for literal in literals(check) {
      guard let network = ConstantParser.network(literal.bytes) else {
        throw ConditionError(
          .type, at: literal.offset, "\(DisplayText.quoted(literal.bytes)) is neither an address nor a network",
          hint: "expected as 10.1.2.3, 10.0.0.0/8, fd00::1 or fd00::/8")
      }
      if !networks.contains(network) { networks.append(network) }
    }
    return check.comparison == .notEqual ? .isNotInNetworks(networks) : .isInNetworks(networks)
  }
}

internal import Events

extension Predicate {
  /// Whether the other holds for every event for which this one does. May say no where it does, never yes where it
  /// doesn't.
  func implies(_ other: Predicate) -> Bool {
    guard field == other.field else { return false }
    if test == other.test { return true }
    // Of both ends, `!=` asks each, and all else one of them.
    if case .notEqualsInteger = other.test, field.field.description.cardinality == .ends { return false }
    return test.implies(other.test)
  }

  /// Whether the other holds for no event for which this one does; in the same sense.
  func excludes(_ other: Predicate) -> Bool {
    guard field == other.field else { return false }
    if case .isKind(let kinds) = test, case .isKind(let others) = other.test { return kinds.isDisjoint(with: others) }
    // Of several values, another may be the one for which the other holds.
    switch (field.field.description.cardinality, field.argument) {
    case (.one, _), (.ancestors, .index): return test.excludes(other.test)
    case (.ends, _), (.ancestors, _), (.list, _): return false
    }
  }
}

extension Predicate.Test {
  /// Of one value: a field with several is tested by each of these tests in the same way.
  fileprivate func implies(_ other: Predicate.Test) -> Bool {
    switch (self, other) {
    case (.ofExpression(let one, let test), .ofExpression(let two, let wanted)):
      return one == two && (test == wanted || test.implies(wanted))
    case (.ofExpression, _), (_, .ofExpression), (_, .related): return false
    case (.isKind(let kinds), .isKind(let others)): return kinds.isSubset(of: others)
    case (_, .exists): return true
    case (.equalsBoolean(let value), .notEqualsBoolean(let other)): return value != other
    case (.notEqualsBoolean(let value), .equalsBoolean(let other)): return value != other
    case (.allIn(let values), .allIn(let others)), (.anyIn(let values), .anyIn(let others)),
      (.allIn(let values), .anyIn(let others)):
      return values.isSubset(of: others)
    case (.orderedInteger(let order, let number), .orderedInteger(let other, let bound)):
      return Self.implies(order, number, other, bound)
    case (.isInNetworks(let networks), .isInNetworks(let others)): return Self.all(networks, areWithin: others)
    case (.isNotInNetworks(let networks), .isNotInNetworks(let others)): return Self.all(others, areWithin: networks)
    case (.pathPrefix(let paths), .pathPrefix(let others)):
      return paths.necessaryPaths?.allSatisfy { others.matches($0.span.bytes) } ?? false
    default: break
    }
    if let texts { return !texts.isEmpty && texts.allSatisfy { other.accepts($0) == true } }
    if let integers { return !integers.isEmpty && integers.allSatisfy { other.accepts($0) == true } }
    guard let piece, let wanted = other.asked else { return false }
    return piece.has(wanted)
  }

  fileprivate func excludes(_ other: Predicate.Test) -> Bool {
    switch (self, other) {
    case (.ofExpression(let one, let test), .ofExpression(let two, let excluded)):
      return one == two && test.excludes(excluded)
    case (.notEquals(let value), .equals(let other)): return value == other
    case (.notEqualsInteger(let value), .equalsInteger(let other)): return value == other
    case (.equalsBoolean(let value), .equalsBoolean(let other)): return value != other
    default: break
    }
    if let texts { return !texts.isEmpty && texts.allSatisfy { other.accepts($0) == false } }
    if let integers { return !integers.isEmpty && integers.allSatisfy { other.accepts($0) == false } }
    return false
  }

  private static func implies(
    _ order: Predicate.Order, _ number: Int64, _ other: Predicate.Order, _ bound: Int64
  ) -> Bool {
    switch (order, other) {
    case (.less, .less), (.less, .lessOrEqual), (.lessOrEqual, .lessOrEqual): number <= bound
    case (.lessOrEqual, .less): number < bound
    case (.greater, .greater), (.greater, .greaterOrEqual), (.greaterOrEqual, .greaterOrEqual): number >= bound
    case (.greaterOrEqual, .greater): number > bound
    default: false
    }
  }

  private static func all(_ networks: [Network], areWithin others: [Network]) -> Bool {
    !networks.isEmpty
      && networks.allSatisfy { network in
        others.contains { other in
          let wider = Network(
            family: network.family, high: network.high, low: network.low, prefixLength: other.prefixLength)
          return network.prefixLength >= other.prefixLength && wider == other
        }
      }
  }

  // MARK: - Single values

  /// All texts for which it holds, or one of which a list has for which it does; nil: they can't be listed.
  private var texts: [[UInt8]]? {
    switch self {
    case .equals(let value): [value]
    case .isIn(let values), .allIn(let values), .anyIn(let values): Array(values)
    default: nil
    }
  }

  private var integers: [Int64]? {
    switch self {
    case .equalsInteger(let value): [value]
    case .isInIntegers(let values): Array(values)
    default: nil
    }
  }

  /// nil: no test of texts.
  private func accepts(_ text: [UInt8]) -> Bool? {
    switch self {
    case .exists: true
    case .equals(let value): text == value
    case .notEquals(let value): text != value
    case .isIn(let values): values.contains(text)
    case .glob(let glob): glob.matches(text.span.bytes)
    case .wildcard(let wildcard): wildcard.matches(text.span.bytes)
    case .regex(let regex): regex.matches(text.span.bytes)
    case .pathPrefix(let paths): paths.matches(text.span.bytes)
    case .ordered(.less, let value): text.lexicographicallyPrecedes(value)
    case .ordered(.greaterOrEqual, let value): !text.lexicographicallyPrecedes(value)
    case .ordered(.greater, let value): value.lexicographicallyPrecedes(text)
    case .ordered(.lessOrEqual, let value): !value.lexicographicallyPrecedes(text)
    default: asked.map { TextPiece(.whole, text, keepsCase: true).has($0) }
    }
  }

  /// nil: no test of numbers.
  private func accepts(_ number: Int64) -> Bool? {
    switch self {
    case .exists: true
    case .equalsInteger(let value): number == value
    case .notEqualsInteger(let value): number != value
    case .isInIntegers(let values): values.contains(number)
    case .orderedInteger(let order, let value): order.holds(number, value)
    default: nil
    }
  }

  // MARK: - Pieces

  /// What a text has for which it holds.
  private var piece: TextPiece? {
    switch self {
    case .glob(let glob): glob.necessaryLiteral.map { TextPiece($0.place, $0.bytes, keepsCase: false) }
    case .wildcard(let wildcard): wildcard.necessaryLiteral.map { TextPiece($0.place, $0.bytes, keepsCase: false) }
    default: asked
    }
  }

  /// What a text has to have, and no more, for it to hold; nil: it asks for something else.
  private var asked: TextPiece? {
    switch self {
    case .equals(let bytes): TextPiece(.whole, bytes, keepsCase: true)
    case .startsWith(let bytes): TextPiece(.start, bytes, keepsCase: true)
    case .endsWith(let bytes): TextPiece(.end, bytes, keepsCase: true)
    case .contains(let bytes): TextPiece(.inside, bytes, keepsCase: true)
    case .equalsIgnoringCase(let bytes): TextPiece(.whole, bytes, keepsCase: false)
    case .startsWithIgnoringCase(let bytes): TextPiece(.start, bytes, keepsCase: false)
    case .endsWithIgnoringCase(let bytes): TextPiece(.end, bytes, keepsCase: false)
    case .containsIgnoringCase(let bytes): TextPiece(.inside, bytes, keepsCase: false)
    default: nil
    }
  }
}

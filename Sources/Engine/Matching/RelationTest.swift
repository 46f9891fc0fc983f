import Rules

/// How two values of one event compare.
struct RelationTest: BitwiseCopyable {
  private enum Kind: BitwiseCopyable {
    case equals, notEquals, contains, startsWith, endsWith
    case less, lessOrEqual, greater, greaterOrEqual
  }

  private let kind: Kind
  private let isNumber: Bool

  init(_ relation: Predicate.Relation, isNumber: Bool) {
    self.isNumber = isNumber
    kind =
      switch relation {
      case .equals: .equals
      case .notEquals: .notEquals
      // Of both sides in lower case.
      case .contains, .containsIgnoringCase: .contains
      case .startsWith: .startsWith
      case .endsWith: .endsWith
      case .ordered(.less): .less
      case .ordered(.lessOrEqual): .lessOrEqual
      case .ordered(.greater): .greater
      case .ordered(.greaterOrEqual): .greaterOrEqual
      }
  }

  /// False if either is absent.
  func holds(_ one: CompiledExpression, _ other: CompiledExpression, _ state: borrowing State, _ slot: Int32) -> Bool {
    if isNumber {
      guard let one = one.integer(state, of: slot), let other = other.integer(state, of: slot, level: 1) else { return false }
      return holds(order: one == other ? 0 : one < other ? -1 : 1)
    }
    // The other side is worked out above this one's value.
    return one.withText(state, of: slot) { one in
      one.withUnsafeBytes { one in
        other.withText(state, of: slot, level: 1) { value in value.withUnsafeBytes { holds(one, $0, other.scratch) } } ?? false
      }
    } ?? false
  }

  private func holds(order: Int) -> Bool {
    switch kind {
    case .equals: order == 0
    case .notEquals: order != 0
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    case .contains, .startsWith, .endsWith: false
    }
  }

  private func holds(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer, _ scratch: Scratch) -> Bool {
    switch kind {
    case .contains: scratch.isFound(other, in: one)
    case .startsWith: one.count >= other.count && one.prefix(other.count).elementsEqual(other)
    case .endsWith: one.count >= other.count && one.suffix(other.count).elementsEqual(other)
    default:
      holds(order: one.elementsEqual(other) ? 0 : one.lexicographicallyPrecedes(other) ? -1 : 1)
    }
  }
}

import Rules

/// A predicate's test of whole numbers and ports.
enum IntegerTest {
  case exists
  case equals(Int64)
  case notEquals(Int64)
  case isIn(Set<Int64>)
  case ordered(Predicate.Order, Int64)

  /// nil: a test of another type.
  init?(_ test: Predicate.Test) {
    switch test {
    case .exists: self = .exists
    case .equalsInteger(let value): self = .equals(value)
    case .notEqualsInteger(let value): self = .notEquals(value)
    case .isInIntegers(let values): self = .isIn(values)
    case .orderedInteger(let order, let value): self = .ordered(order, value)
    default: return nil
    }
  }

  func holds(_ number: Int64) -> Bool {
    switch self {
    case .exists: true
    case .equals(let value): number == value
    case .notEquals(let value): number != value
    case .isIn(let values): values.contains(number)
    case .ordered(let order, let value): order.holds(number, value)
    }
  }

  /// Of both ends: `!=` holds if neither is equal, all else if either end does.
  var asksAllEnds: Bool {
    if case .notEquals = self { true } else { false }
  }
}

import Rules

/// A predicate's test of whole numbers and ports.
enum IntegerTest: BitwiseCopyable {
  case exists
  case equals(Int64)
  case notEquals(Int64)
  /// In ascending order.
  case isIn(UnsafeBufferPointer<Int64>)
  case less(Int64)
  case lessOrEqual(Int64)
  case greater(Int64)
  case greaterOrEqual(Int64)

  /// nil: a test of another type.
  init?(_ test: Predicate.Test, _ constants: Constants) {
    switch test {
    case .exists: self = .exists
    case .equalsInteger(let value): self = .equals(value)
    case .notEqualsInteger(let value): self = .notEquals(value)
    case .isInIntegers(let values): self = .isIn(constants.keep(values.sorted()))
    case .orderedInteger(.less, let value): self = .less(value)
    case .orderedInteger(.lessOrEqual, let value): self = .lessOrEqual(value)
    case .orderedInteger(.greater, let value): self = .greater(value)
    case .orderedInteger(.greaterOrEqual, let value): self = .greaterOrEqual(value)
    default: return nil
    }
  }

  func holds(_ number: Int64) -> Bool {
    switch self {
    case .exists: true
    case .equals(let value): number == value
    case .notEquals(let value): number != value
    case .isIn(let values): Self.contains(values, number)
    case .less(let value): number < value
    case .lessOrEqual(let value): number <= value
    case .greater(let value): number > value
    case .greaterOrEqual(let value): number >= value
    }
  }

  /// Of both ends: `!=` holds if neither is equal, all else if either end does.
  var asksAllEnds: Bool {
    if case .notEquals = self { true } else { false }
  }

  private static func contains(_ values: UnsafeBufferPointer<Int64>, _ number: Int64) -> Bool {
    var low = 0
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if values[middle] == number { return true }
      if values[middle] < number { low = middle + 1 } else { high = middle }
    }
    return false
  }
}

internal import Events

/// Whether one condition follows from another, as far as their comparisons tell: it may miss that it does, and never
/// says so where it doesn't.
struct Implication {
  private let narrow: ImplicationForm
  private let wide: ImplicationForm
  /// Looks that may still be taken.
  private var looks: Int

  /// Deeper conditions aren't looked into.
  private static let depth = 64

  /// - Parameter looks: that may be taken; what was taken is subtracted.
  /// - Returns: whether every event that the first condition holds for is one for which the other does.
  static func holds(_ narrow: ImplicationForm, _ wide: ImplicationForm, looks: inout Int) -> Bool {
    var implication = Implication(narrow: narrow, wide: wide, looks: looks)
    defer { looks = implication.looks }
    return implication.follows(wide.nodes.count - 1, from: narrow.parts, depth)
  }

  /// Of a node of the wide condition, from nodes of the narrow one that all hold.
  private mutating func follows(_ node: Int, from parts: [Int], _ depth: Int) -> Bool {
    guard depth > 0, looks > 0 else { return false }
    looks -= 1
    switch wide.nodes[node] {
    case .constant(let value): if value { return true }
    case .comparison(let predicate, let isNegated):
      if case .isKind(let kinds) = predicate.test, narrow.kinds.isSubset(of: kinds) { return true }
      // No such event has the field.
      if isNegated, predicate.field.field.description.kinds.isDisjoint(with: narrow.kinds) { return true }
    case .absent: break
    case .all(let children): return children.allSatisfy { follows($0, from: parts, depth - 1) }
    case .any(let children): if children.contains(where: { follows($0, from: parts, depth - 1) }) { return true }
    }
    return parts.contains { follows(node, from: $0, depth - 1) }
  }

  /// From one node alone.
  private mutating func follows(_ node: Int, from part: Int, _ depth: Int) -> Bool {
    guard depth > 0, looks > 0 else { return false }
    looks -= 1
    switch (narrow.nodes[part], wide.nodes[node]) {
    case (.constant(false), _), (_, .constant(true)): return true
    case (.all(let children), _): return follows(node, from: children, depth - 1)
    case (.any(let children), _): return children.allSatisfy { follows(node, from: $0, depth - 1) }
    case (_, .all(let children)): return children.allSatisfy { follows($0, from: part, depth - 1) }
    case (_, .any(let children)): return children.contains { follows($0, from: part, depth - 1) }
    case (.absent(let one, let isNegated), .absent(let other, let isOtherNegated)):
      return one == other && isNegated == isOtherNegated
    case (.comparison(let one, let isNegated), .comparison(let other, let isOtherNegated)):
      guard one.field == other.field else { return false }
      looks -= one.test.looks(at: other.test)
      return switch (isNegated, isOtherNegated) {
      case (false, false): one.implies(other)
      case (false, true): one.excludes(other)
      case (true, true): other.implies(one)
      case (true, false): false
      }
    default: return false
    }
  }
}

extension Predicate.Test {
  /// How much it takes to compare them, roughly, beyond what it takes for single values.
  fileprivate func looks(at other: Predicate.Test) -> Int {
    // Each value of the one is tried with each of the other, but for sets.
    isSet && other.isSet ? size + other.size : (size + 1) * (other.size + 1)
  }

  private var isSet: Bool {
    switch self {
    case .isIn, .isInIntegers, .allIn, .anyIn: true
    default: false
    }
  }

  private var size: Int {
    switch self {
    case .isIn(let values), .allIn(let values), .anyIn(let values): values.count
    case .isInIntegers(let values): values.count
    case .isInNetworks(let networks), .isNotInNetworks(let networks): networks.count
    case .regex(let regex): regex.states.count
    case .pathPrefix(let paths): paths.paths.count
    case .ofExpression(_, let test): test.size
    case .contains(let bytes), .containsIgnoringCase(let bytes): bytes.count / 8
    default: 0
    }
  }
}

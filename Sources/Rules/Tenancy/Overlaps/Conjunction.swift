/// One way in which a condition can hold: comparisons that all have to.
struct Conjunction {
  /// By index, those that have to hold, and those that may not.
  private(set) var plain: Set<Int> = []
  private(set) var negated: Set<Int> = []

  /// Ways of a condition that are looked at, and comparisons of one.
  private static let maximumWays = 8
  private static let maximumComparisons = 64

  /// Some of the ways in which a condition can hold; none that it can't, by its own logic alone.
  static func ways(_ tree: ConditionTree) -> [Conjunction] {
    // Of each node, the ways in which it is true, and those in which it is false.
    var ways: [(isTrue: [Conjunction], isFalse: [Conjunction])] = []
    ways.reserveCapacity(tree.nodes.count)
    for node in tree.nodes {
      switch node {
      case .predicate(let index):
        ways.append(([Conjunction(plain: [index], negated: [])], [Conjunction(plain: [], negated: [index])]))
      case .constant(let value): ways.append(value ? ([Conjunction()], []) : ([], [Conjunction()]))
      case .absent: ways.append(([], [Conjunction()]))
      case .not(let child): ways.append((ways[child].isFalse, ways[child].isTrue))
      case .and(let children): ways.append((all(children.map { ways[$0].isTrue }), any(children.map { ways[$0].isFalse })))
      case .or(let children): ways.append((any(children.map { ways[$0].isTrue }), all(children.map { ways[$0].isFalse })))
      }
    }
    return ways.last?.isTrue ?? []
  }

  private static func any(_ parts: [[Conjunction]]) -> [Conjunction] { Array(parts.joined().prefix(maximumWays)) }

  private static func all(_ parts: [[Conjunction]]) -> [Conjunction] {
    var whole = [Conjunction()]
    for part in parts {
      var next: [Conjunction] = []
      for one in whole {
        for other in part where next.count < maximumWays {
          if let both = one.and(other) { next.append(both) }
        }
      }
      whole = next
    }
    return whole
  }

  /// nil: they exclude each other, or are too many.
  func and(_ other: Conjunction) -> Conjunction? {
    let both = Conjunction(plain: plain.union(other.plain), negated: negated.union(other.negated))
    guard both.plain.isDisjoint(with: both.negated), both.plain.count + both.negated.count <= Self.maximumComparisons
    else { return nil }
    return both
  }
}

import Rules

/// How much would have to be otherwise for each part of a condition to come out true, or false.
struct FlipCosts {
  private let tree: ConditionTree
  private var toTrue: [Int] = []
  private var toFalse: [Int] = []

  /// Nothing that may change would do it.
  static let never = Int.max

  /// - Parameters:
  ///   - values: of each node.
  ///   - canChange: whether a node, which is a comparison, may be otherwise.
  init(_ tree: ConditionTree, values: [Bool], canChange: (Int) -> Bool) {
    self.tree = tree
    for (place, node) in tree.nodes.enumerated() {
      let (cheap, dear): (Int, Int)
      switch node {
      case .predicate, .absent: (cheap, dear) = (0, canChange(place) ? 1 : Self.never)
      case .constant: (cheap, dear) = (0, Self.never)
      case .not(let child):
        toTrue.append(toFalse[child])
        toFalse.append(toTrue[child])
        continue
      case .and(let children):
        toTrue.append(children.reduce(0) { Self.sum($0, toTrue[$1]) })
        toFalse.append(children.reduce(Self.never) { min($0, toFalse[$1]) })
        continue
      case .or(let children):
        toTrue.append(children.reduce(Self.never) { min($0, toTrue[$1]) })
        toFalse.append(children.reduce(0) { Self.sum($0, toFalse[$1]) })
        continue
      }
      toTrue.append(values[place] ? cheap : dear)
      toFalse.append(values[place] ? dear : cheap)
    }
  }

  /// Comparisons that would have to be otherwise, at least, for the whole to come out so.
  func least(for whole: Bool) -> Int { (whole ? toTrue : toFalse).last ?? 0 }

  /// The nodes of these comparisons; none if nothing would do it.
  func changes(for whole: Bool) -> Set<Int> {
    guard least(for: whole) != Self.never, !tree.nodes.isEmpty else { return [] }
    var changes: Set<Int> = []
    var waiting = [(node: tree.nodes.count - 1, wanted: whole)]
    while let (node, wanted) = waiting.popLast() {
      let costs = wanted ? toTrue : toFalse
      guard costs[node] > 0 else { continue }
      switch tree.nodes[node] {
      case .predicate, .constant, .absent: changes.insert(node)
      case .not(let child): waiting.append((child, !wanted))
      case .and(let children) where wanted, .or(let children) where !wanted: waiting += children.map { ($0, wanted) }
      case .and(let children), .or(let children):
        if let cheapest = children.min(by: { costs[$0] < costs[$1] }) { waiting.append((cheapest, wanted)) }
      }
    }
    return changes
  }

  private static func sum(_ a: Int, _ b: Int) -> Int { a == never || b == never ? never : a + b }
}

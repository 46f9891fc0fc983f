import Rules

/// A `match` or a `when`, ready to be asked of a workload.
struct Clause: BitwiseCopyable {
  /// A part of the condition. Children stand before it.
  private enum Node: BitwiseCopyable {
    /// By index among the tests of the tenancy.
    case test(Int32)
    case constant(Truth)
    case not(Int32)
    /// From and up to a place in the list of children.
    case and(Int32, Int32)
    case or(Int32, Int32)
  }

  private let nodes: UnsafeBufferPointer<Node>
  private let children: UnsafeBufferPointer<Int32>

  /// - Parameters:
  ///   - tree: nil: no condition, so that it is not known what it comes to.
  ///   - test: the index of a predicate's test.
  init(_ tree: ConditionTree?, _ constants: Constants, test: (Int) -> Int) {
    guard let tree else {
      nodes = constants.keep([.constant(.maybe)])
      children = constants.keep([Int32]())
      return
    }
    var list: [Int32] = []
    func range(_ children: [Int]) -> (Int32, Int32) {
      let start = Int32(truncatingIfNeeded: list.count)
      list += children.map { Int32(truncatingIfNeeded: $0) }
      return (start, Int32(truncatingIfNeeded: list.count))
    }
    nodes = constants.keep(
      tree.nodes.map { node -> Node in
        switch node {
        case .predicate(let index): return .test(Int32(truncatingIfNeeded: test(index)))
        case .constant(let value): return .constant(value ? .yes : .no)
        case .absent: return .constant(.no)
        case .not(let child): return .not(Int32(truncatingIfNeeded: child))
        case .and(let children):
          let (start, end) = range(children)
          return .and(start, end)
        case .or(let children):
          let (start, end) = range(children)
          return .or(start, end)
        }
      })
    children = constants.keep(list)
  }

  var count: Int { nodes.count }

  /// - Parameters:
  ///   - truths: memory for one of each node.
  ///   - test: what a test comes to, by its index.
  /// - Returns: that of the whole.
  func truth(_ truths: UnsafeMutableBufferPointer<Truth>, _ test: (Int) -> Truth) -> Truth {
    for (place, node) in nodes.enumerated() {
      switch node {
      case .test(let index): truths[place] = test(Int(index))
      case .constant(let truth): truths[place] = truth
      case .not(let child): truths[place] = !truths[Int(child)]
      case .and(let start, let end):
        var least = Truth.yes
        for index in start..<end { least = min(least, truths[Int(children[Int(index)])]) }
        truths[place] = least
      case .or(let start, let end):
        var most = Truth.no
        for index in start..<end { most = max(most, truths[Int(children[Int(index)])]) }
        truths[place] = most
      }
    }
    return nodes.isEmpty ? .maybe : truths[nodes.count - 1]
  }
}

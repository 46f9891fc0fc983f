/// What the windows of a correlation remember, in two orders at once: by age over all groups, and by age in each group.
/// Takes memory as it grows, up to what its owner lets it, and keeps it.
struct CorrelationNodes {
  /// An event; a value with the last event that had it; or a rule with its last event.
  struct Node: BitwiseCopyable {
    /// Nanoseconds since boot.
    fileprivate(set) var time: UInt64
    /// Number of the event's record.
    fileprivate(set) var record: UInt64
    let group: Int32
    let member: Int32
    let value: ValueIdentity
    fileprivate var older: Int32 = -1
    fileprivate var younger: Int32 = -1
    fileprivate var before: Int32 = -1
    fileprivate var after: Int32 = -1

    init(time: UInt64, record: UInt64, group: Int32, member: Int32, value: ValueIdentity) {
      (self.time, self.record, self.group, self.member, self.value) = (time, record, group, member, value)
    }
  }

  /// A group's nodes, from the oldest.
  struct Chain: BitwiseCopyable {
    fileprivate(set) var first: Int32 = -1
    fileprivate var last: Int32 = -1
    private(set) var count: Int32 = 0

    fileprivate mutating func count(by change: Int32) { count += change }
  }

  private var nodes: [Node] = []
  private var free: [Int32] = []
  /// -1: there is none.
  private(set) var oldest: Int32 = -1
  private var youngest: Int32 = -1

  var count: Int { nodes.count - free.count }

  subscript(index: Int32) -> Node { nodes[Int(index)] }

  /// Adds the youngest.
  mutating func add(_ node: Node, to chain: inout Chain) -> Int32 {
    let index: Int32
    if let reused = free.popLast() {
      index = reused
      nodes[Int(index)] = node
    } else {
      index = Int32(nodes.count)
      nodes.append(node)
    }
    link(index, &chain)
    return index
  }

  /// It is the youngest from now on.
  mutating func renew(_ index: Int32, time: UInt64, record: UInt64, in chain: inout Chain) {
    unlink(index, &chain)
    nodes[Int(index)].time = time
    nodes[Int(index)].record = record
    link(index, &chain)
  }

  mutating func remove(_ index: Int32, from chain: inout Chain) {
    unlink(index, &chain)
    free.append(index)
  }

  mutating func removeAll() {
    nodes.removeAll(keepingCapacity: true)
    free.removeAll(keepingCapacity: true)
    (oldest, youngest) = (-1, -1)
  }

  private mutating func link(_ index: Int32, _ chain: inout Chain) {
    nodes[Int(index)].older = youngest
    nodes[Int(index)].younger = -1
    if youngest >= 0 { nodes[Int(youngest)].younger = index } else { oldest = index }
    youngest = index
    nodes[Int(index)].before = chain.last
    nodes[Int(index)].after = -1
    if chain.last >= 0 { nodes[Int(chain.last)].after = index } else { chain.first = index }
    chain.last = index
    chain.count(by: 1)
  }

  private mutating func unlink(_ index: Int32, _ chain: inout Chain) {
    let node = nodes[Int(index)]
    if node.older >= 0 { nodes[Int(node.older)].younger = node.younger } else { oldest = node.younger }
    if node.younger >= 0 { nodes[Int(node.younger)].older = node.older } else { youngest = node.older }
    if node.before >= 0 { nodes[Int(node.before)].after = node.after } else { chain.first = node.after }
    if node.after >= 0 { nodes[Int(node.after)].before = node.before } else { chain.last = node.before }
    chain.count(by: -1)
  }
}

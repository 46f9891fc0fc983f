import CEvents
import Events

/// What an engine knows, as records: see `struct sv_known` of the ABI.
struct StateRecords {
  /// Processes, each after its parent and after the older ones of its pid, but for ``late``.
  private var order: [Int32] = []
  /// By image, the first process that runs it, in the order in which they are told.
  private var owners: [Int32: Int32] = [:]
  /// Processes to be told at last: once more those whose name is not their program's; then, in the order of their ends,
  /// those that ended.
  private var again: [Int32] = []
  /// Of ``again``, those that are told there for the first time, as nothing before needs them: most that ended.
  private var late: Set<Int32> = []
  /// Of ``again``, those that only a descendant keeps.
  private var forgotten: Set<Int32> = []

  private let workloads: WorkloadRecords

  /// With the stream's first and the counters.
  var count: Int { 2 + order.count + owners.count + again.count + workloads.all.count }

  init(_ state: borrowing State) {
    workloads = WorkloadRecords(state.workloads, time: state.event.header.time_ns)
    arrange(state.tree)
    arrangeEnds(state.tree)
  }

  private mutating func arrangeEnds(_ tree: borrowing ProcessTree) {
    var needed: Set<Int32> = []
    for slot in order { needed.formUnion([tree[slot].parent, tree[slot].older]) }
    var ended: [Int32] = []
    tree.exited.forEach { ended.append($0) }
    // One that has to be given its name after its program is told twice.
    late = Set(ended.filter { !needed.contains($0) && Self.hasNameOfProgram($0, tree) })
    forgotten = Set(order.filter { tree[$0].hasExited }).subtracting(ended)
    order.removeAll { late.contains($0) }
    for slot in order {
      let isOwner = own(tree[slot].image, slot)
      if isOwner, !tree[slot].hasExited, !Self.hasNameOfProgram(slot, tree) { again.append(slot) }
    }
    for slot in ended where late.contains(slot) { _ = own(tree[slot].image, slot) }
    again += order.filter { forgotten.contains($0) } + ended
  }

  private mutating func own(_ image: Int32, _ slot: Int32) -> Bool {
    guard image >= 0, owners[image] == nil else { return false }
    owners[image] = slot
    return true
  }

  private static func hasNameOfProgram(_ slot: Int32, _ tree: borrowing ProcessTree) -> Bool {
    let entry = tree[slot]
    return entry.image < 0 || Comm(tree.images[entry.image].fixed.comm) == entry.comm
  }

  private mutating func arrange(_ tree: borrowing ProcessTree) {
    enum Visit { case no, begun, done }
    var visits = [Visit](repeating: .no, count: tree.slots.count)
    var path: [Int32] = []
    for slot in tree.slots where tree[slot].references > 0 {
      path.append(slot)
      while let next = path.last {
        guard visits[Int(next)] == .no else {
          path.removeLast()
          if visits[Int(next)] == .begun { order.append(next) }
          visits[Int(next)] = .done
          continue
        }
        visits[Int(next)] = .begun
        // Where records that were forged made a ring of the two, it is cut.
        for earlier in [tree[next].parent, tree[next].older] where earlier >= 0 && visits[Int(earlier)] == .no {
          path.append(earlier)
        }
      }
    }
  }

  /// - Parameters:
  ///   - first: number of the first.
  ///   - told: what was told of losses.
  func forEach<Failure: Error>(
    _ state: borrowing State, first: UInt64, told: CountersRecord,
    _ body: (borrowing Record) throws(Failure) -> Void
  ) throws(Failure) {
    let time = state.event.header.time_ns
    var number = first
    func give(_ bytes: [UInt8]) throws(Failure) {
      // Made here, with a header that fits; a record that can't be has no bytes, and its number is left out.
      if let record = try? Record(number: number, bytes: bytes.span.bytes) { try body(record) }
      number &+= 1
    }
    try give(state.stream.encoded(timeNanoseconds: time, pid: 0))
    func giveProcess(_ slot: Int32) throws(Failure) {
      try give(known(slot, state, time))
      let image = state.tree[slot].image
      if image >= 0, owners[image] == slot { try give(task(slot, state, time)) }
    }
    for slot in order { try giveProcess(slot) }
    for slot in again {
      if late.contains(slot) { try giveProcess(slot) } else { try give(known(slot, state, time, isAgain: true)) }
    }
    // Behind the processes, so that which namespaces they are in now says nothing of where they were seen.
    for record in workloads.all { try give(record) }
    try give(told.encoded(timeNanoseconds: time, pid: 0))
  }

  private func known(_ slot: Int32, _ state: borrowing State, _ time: UInt64, isAgain: Bool = false) -> [UInt8] {
    let entry = state.tree[slot]
    var fixed = sv_known()
    fixed.header.time_ns = time
    fixed.header.pid = entry.pid
    fixed.header.start_ns = entry.startNanoseconds
    fixed.parent_pid = entry.parentPID
    fixed.parent_start_ns = entry.parentStartNanoseconds
    if entry.parent >= 0 { fixed.flags |= SV_KNOWN_LINKED }
    if isAgain || late.contains(slot), entry.hasExited { fixed.flags |= SV_KNOWN_ENDED }
    if isAgain, forgotten.contains(slot) { fixed.flags |= SV_KNOWN_FORGOTTEN }
    if !isAgain, let owner = owners[entry.image], owner != slot {
      fixed.image_pid = state.tree[owner].pid
      fixed.image_start_ns = state.tree[owner].startNanoseconds
    }
    fixed.session = entry.session
    fixed.uid = entry.uid
    fixed.gid = entry.gid
    fixed.euid = entry.euid
    fixed.egid = entry.egid
    fixed.inner_pid = entry.innerPID
    entry.comm.withBytes { name in
      withUnsafeMutableBytes(of: &fixed.comm) { target in name.withUnsafeBytes { target.copyMemory(from: $0) } }
    }
    return RecordBuilder(fixed).finish(kind: .known) ?? []  // a fixed size, far below the limit
  }

  private func task(_ slot: Int32, _ state: borrowing State, _ time: UInt64) -> [UInt8] {
    let entry = state.tree[slot]
    var fixed = state.tree.images[entry.image].fixed
    fixed.header.time_ns = time
    fixed.header.pid = entry.pid
    fixed.header.tid = entry.pid
    fixed.header.start_ns = entry.startNanoseconds
    fixed.parent_pid = entry.parentPID
    fixed.parent_start_ns = entry.parentStartNanoseconds
    fixed.session = entry.session
    fixed.inner_pid = entry.innerPID
    fixed.uid = entry.uid
    fixed.gid = entry.gid
    fixed.euid = entry.euid
    fixed.egid = entry.egid
    return state.tree.images[entry.image].record(fixed, kind: .task)
  }
}

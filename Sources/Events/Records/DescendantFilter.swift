internal import CEvents

/// Picks from a stream the records of one process and of all that come from it, to the end of their sockets, and what
/// the stream tells of itself. What else runs on the node leaves no trace: neither its records nor its snapshot.
package struct DescendantFilter {
  private struct Process: Hashable {
    var pid: UInt32
    var startNanoseconds: UInt64
  }

  private let root: UInt32
  private var processes: Set<Process> = []
  /// Those that ended, to be forgotten in their order; a ring once it is full.
  private var exited: [Process] = []
  private var oldest = 0
  private let exitedCapacity: Int
  /// The process itself has ended; those that come from it may go on.
  package private(set) var rootHasExited = false

  /// - Parameters:
  ///   - root: id of a process whose fork, or at least its first exec, is in the stream.
  ///   - exitedCapacity: ended processes that are remembered, as their sockets end later.
  package init(root: UInt32, exitedCapacity: Int = 8192) {
    self.root = root
    self.exitedCapacity = max(1, exitedCapacity)
  }

  /// Has a process kept that the stream told of before, and what comes from it.
  package mutating func keep(pid: UInt32, startNanoseconds: UInt64) {
    processes.insert(Process(pid: pid, startNanoseconds: startNanoseconds))
  }

  /// To be asked of every record, in order.
  package mutating func keeps(_ record: borrowing Record) -> Bool {
    let process = Process(pid: record.header.pid, startNanoseconds: record.header.start_ns)
    switch record.kind {
    case .stream, .counters, .cgroup, .cgroupEnd, .facts, .mounts: return true
    case nil, .task, .known: return false
    case .fork:
      guard let fork = try? record.fork() else { return false }
      let parent = Process(pid: fork.parent_pid, startNanoseconds: fork.parent_start_ns)
      let creator = Process(pid: fork.creator_pid, startNanoseconds: fork.creator_start_ns)
      return keeps(process, if: processes.contains(parent) || processes.contains(creator))
    case .exec:
      // Its fork may have been lost.
      guard let exec = try? ProcessRecord(copy record).fixed else { return false }
      let parent = Process(pid: exec.parent_pid, startNanoseconds: exec.parent_start_ns)
      return keeps(process, if: processes.contains(parent))
    case .exit:
      guard processes.contains(process) else { return false }
      if process.pid == root { rootHasExited = true }
      forgetLater(process)
      return true
    case .connect, .connected, .accept, .close, .listen, .bind, .send, .socket: return processes.contains(process)
    }
  }

  private mutating func keeps(_ process: Process, if comesFromKept: Bool) -> Bool {
    if processes.contains(process) { return true }
    // Once: when the process has ended, its id may be another's.
    guard comesFromKept || (processes.isEmpty && !rootHasExited && process.pid == root) else { return false }
    processes.insert(process)
    return true
  }

  private mutating func forgetLater(_ process: Process) {
    guard exited.count == exitedCapacity else { return exited.append(process) }
    processes.remove(exited[oldest])
    exited[oldest] = process
    oldest = (oldest + 1) % exitedCapacity
  }
}

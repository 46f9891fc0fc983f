import CEvents
import Events

/// Of the processes that an engine knew, those that a process's part of the stream needs: itself, its descendants and
/// its ancestors, and who else tells what programs they run.
struct CutContext {
  private struct Key: Hashable {
    let pid: UInt32
    let start: UInt64
  }

  private struct Process {
    var parent: Key
    var image: Key
    var hasEnded = false
  }

  private let process: UInt32?
  private var processes: [Key: Process] = [:]
  /// In the order in which they are told: parents first.
  private var order: [Key] = []
  private var wanted: Set<Key> = []
  private(set) var descendants: [(pid: UInt32, start: UInt64)] = []

  /// - Parameter process: nil: all are needed.
  init(process: UInt32?) { self.process = process }

  mutating func note(_ record: borrowing Record) {
    guard let known = try? record.known() else { return }
    let key = Key(pid: known.header.pid, start: known.header.start_ns)
    if processes[key] == nil {
      order.append(key)
      processes[key] = Process(
        parent: Key(pid: known.parent_pid, start: known.parent_start_ns),
        image: Key(pid: known.image_pid, start: known.image_start_ns))
    } else if known.flags & SV_KNOWN_ENDED != 0 {
      processes[key]?.hasEnded = true
    }
  }

  /// - Parameter first: of the part.
  mutating func choose(with first: borrowing Record) {
    let candidates = order.filter { $0.pid == process }
    let root = candidates.filter { processes[$0]?.hasEnded == false }.max { $0.start < $1.start }
      ?? candidates.max { $0.start < $1.start }
    var kept: Set<Key> = []
    // Who is made by the very first record is not known yet, but its parents may be.
    var roots: [Key] = []
    if let fork = try? first.fork(), fork.header.pid == process {
      roots = [
        Key(pid: fork.parent_pid, start: fork.parent_start_ns), Key(pid: fork.creator_pid, start: fork.creator_start_ns),
      ]
    } else if let exec = try? ProcessRecord(copy first).fixed, exec.header.pid == process {
      roots = [Key(pid: exec.parent_pid, start: exec.parent_start_ns)]
    }
    let isMade = (try? first.fork())?.header.pid == process
    if let root, !isMade {
      kept.insert(root)
      for key in order where !kept.contains(key) {
        if let parent = processes[key]?.parent, kept.contains(parent) { kept.insert(key) }
      }
    }
    descendants = kept.map { ($0.pid, $0.start) }
    var open = Array(kept) + roots
    while let key = open.popLast() {
      guard let process = processes[key], wanted.insert(key).inserted else { continue }
      open += [process.parent, process.image]
    }
  }

  func keeps(_ record: borrowing Record) -> Bool {
    guard process != nil, record.kind == .known || record.kind == .task else { return true }
    return wanted.contains(Key(pid: record.header.pid, start: record.header.start_ns))
  }
}

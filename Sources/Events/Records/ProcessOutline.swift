internal import CEvents

/// The processes of a stream as a tree of text, in bounded memory: what did what.
package struct ProcessOutline {
  private struct Key: Hashable {
    let pid: UInt32
    let startNanoseconds: UInt64
  }

  private struct Process {
    let key: Key
    var parent: Key?
    var name = ""
    var arguments = ""
    var end = ""
    var sockets: UInt64 = 0
    /// It did something while the stream was written.
    var isActive = false
    var children: [Int] = []
  }

  private var processes: [Process] = []
  private var indices: [Key: Int] = [:]
  private let capacity: Int
  /// Processes that found no room.
  package private(set) var leftOut: UInt64 = 0

  /// Bytes of a command line that are shown.
  private static let textLimit = 160
  private static let maximumDepth = 40

  /// - Parameter capacity: processes that are remembered, the first of the stream; each takes some hundred bytes.
  package init(capacity: Int) { self.capacity = max(0, capacity) }

  package mutating func note(_ record: borrowing Record) {
    let header = record.header
    guard header.pid != 0, let kind = record.kind else { return }
    switch kind {
    case .stream, .counters, .cgroup, .cgroupEnd, .facts, .mounts: return
    default: break
    }
    let key = Key(pid: header.pid, startNanoseconds: header.start_ns)
    guard let index = index(of: key) else { return }
    if kind != .task, kind != .known { processes[index].isActive = true }
    switch kind {
    case .exec, .task:
      guard let process = try? ProcessRecord(copy record) else { return }
      let fixed = process.fixed
      processes[index].parent = processes[index].parent ?? Key(pid: fixed.parent_pid, startNanoseconds: fixed.parent_start_ns)
      processes[index].name = Self.text(fixed.comm)
      processes[index].arguments = if let args = process.args { Self.arguments(args) } else { "" }
    case .known:
      guard let known = try? record.known() else { return }
      processes[index].parent = Key(pid: known.parent_pid, startNanoseconds: known.parent_start_ns)
      processes[index].name = Self.text(known.comm)
    case .fork:
      guard let fork = try? record.fork() else { return }
      processes[index].parent = Key(pid: fork.parent_pid, startNanoseconds: fork.parent_start_ns)
      processes[index].name = Self.text(fork.comm)
    case .exit:
      guard let exit = try? record.exit() else { return }
      processes[index].end = exit.signal == 0 ? "exit \(exit.code)" : "signal \(exit.signal)"
    default:
      guard let socket = try? record.socket() else { return }
      processes[index].sockets &+= 1
      if processes[index].name.isEmpty { processes[index].name = Self.text(socket.comm) }
    }
  }

  private mutating func index(of key: Key) -> Int? {
    if let index = indices[key] { return index }
    guard processes.count < capacity else {
      leftOut &+= 1
      return nil
    }
    indices[key] = processes.count
    processes.append(Process(key: key))
    return processes.count - 1
  }

  /// A line a process, its children below it and further in. What only ran before the stream began is left out unless
  /// something came of it.
  ///
  /// - Parameter limit: lines at most.
  package func lines(limit: Int) -> (lines: [String], leftOut: Int) {
    var tree = processes
    var roots: [Int] = []
    for index in tree.indices {
      if let parent = tree[index].parent.flatMap({ indices[$0] }), parent != index {
        tree[parent].children.append(index)
      } else {
        roots.append(index)
      }
    }
    // From the youngest up, each once: a ring of parents, which only a forged stream has, is not walked round.
    for index in tree.indices where tree[index].isActive {
      var next = tree[index].parent.flatMap { indices[$0] }
      while let parent = next, !tree[parent].isActive {
        tree[parent].isActive = true
        next = tree[parent].parent.flatMap { indices[$0] }
      }
    }
    var lines: [String] = []
    var leftOut = 0
    var path = roots.reversed().map { (index: $0, depth: 0) }
    while let (index, depth) = path.popLast() {
      guard tree[index].isActive else { continue }
      if lines.count < limit { lines.append(Self.line(tree[index], depth)) } else { leftOut += 1 }
      path += tree[index].children.reversed().map { ($0, min(depth + 1, Self.maximumDepth)) }
    }
    return (lines, leftOut)
  }

  private static func line(_ process: Process, _ depth: Int) -> String {
    var text = String(repeating: "  ", count: depth) + "\(process.key.pid) \(process.name.isEmpty ? "-" : process.name)"
    if !process.arguments.isEmpty { text += ": \(process.arguments)" }
    if process.sockets > 0 { text += "  [\(process.sockets) socket events]" }
    if !process.end.isEmpty { text += "  (\(process.end))" }
    return text
  }

  private static func arguments(_ args: RawSpan) -> String {
    args.withUnsafeBytes { bytes in
      let end = bytes.last == 0 ? bytes.count - 1 : bytes.count
      let joined = bytes[..<end].prefix(textLimit + 1).map { $0 == 0 ? UInt8(ascii: " ") : $0 }
      return EscapedText.escaped(joined, limit: textLimit)
    }
  }

  /// - Parameter field: a record's `char comm[16]`.
  private static func text<Bytes: BitwiseCopyable>(_ field: Bytes) -> String {
    withUnsafeBytes(of: field) { EscapedText.escaped($0.prefix { $0 != 0 }, limit: textLimit) }
  }
}

import CEvents
import Events

/// Processes and events made up from few words, so that many rules fit, and their records.
struct PlainWorld {
  private(set) var processes: [PlainProcess] = []
  private(set) var events: [PlainEvent] = []
  private(set) var stream = TestStream()
  /// By index.
  private var ended: Set<Int> = []

  /// The record of an event: the stream's own comes first.
  static func record(_ event: Int) -> UInt64 { UInt64(event) + 2 }
  static func event(_ record: UInt64) -> Int { Int(record) - 2 }

  init(events count: Int, _ random: inout Generator) {
    while events.count < count {
      if processes.isEmpty || random.below(3) == 0 {
        start(&random)
      } else if random.below(12) == 0 {
        end(&random)
      } else {
        socket(&random)
      }
    }
  }

  private var nextNumber: UInt64 { Self.record(events.count) }

  private mutating func start(_ random: inout Generator) {
    let parent = processes.isEmpty || random.below(8) == 0 ? nil : random.below(processes.count)
    let pid = UInt32(100 + processes.count)
    let process = PlainProcess(
      pid: pid, parent: parent, comm: Words.name(&random), exePath: random.below(8) == 0 ? nil : Words.path(&random),
      args: [Words.argument(&random)] + (0..<random.below(5)).map { _ in Words.argument(&random) },
      env: random.below(2) == 0 ? [:] : ["A": Words.words(&random)], uid: UInt32(random.below(4)),
      tty: random.element([nil, "tty1", "pts0"]), session: random.element([pid, 100, 7]),
      flags: random.below(8) == 0 ? nil : UInt32(random.below(1 << 16)))
    processes.append(process)
    events.append(PlainEvent(kind: .exec, number: nextNumber, process: processes.count - 1, uid: process.uid))
    stream.exec(
      process.pid, process.args, comm: process.comm, exe: process.exePath,
      parent: parent.map { processes[$0].pid } ?? 99, flags: process.flags ?? 0, env: process.env.map { "\($0)=\($1)" }
    ) {
      $0.euid = process.uid
      $0.session = process.session
      if process.flags == nil { $0.inode = 0 }
      $0.mode = 0o100_755
      if let tty = process.tty { withUnsafeMutableBytes(of: &$0.tty) { $0.copyBytes(from: tty.utf8) } }
    }
  }

  private mutating func end(_ random: inout Generator) {
    let index = random.below(processes.count)
    // Of a process the first end counts.
    guard ended.insert(index).inserted else { return }
    let process = processes[index]
    var event = PlainEvent(kind: .exit, number: nextNumber, process: index, uid: process.uid)
    (event.exitCode, event.exitSignal) = (UInt32(random.below(3)), UInt32(random.below(3)))
    events.append(event)
    stream.exit(process.pid, code: event.exitCode, signal: event.exitSignal, comm: process.comm)
  }

  private mutating func socket(_ random: inout Generator) {
    let kind = random.element([EventKind.connect, .connected, .accept, .listen, .close, .send, .bind, .socket])
    let isWide = random.below(3) == 0
    let index = random.below(processes.count)
    let isServer = [.listen, .accept, .bind].contains(kind) || random.below(2) == 0
    func end(_ isKnown: Bool) -> PlainEvent.End? {
      isKnown ? PlainEvent.End(bytes: Words.address(wide: isWide, &random), port: Words.port(&random)) : nil
    }
    var event = PlainEvent(
      kind: kind, number: nextNumber, process: index, uid: UInt32(random.below(4)), local: end(kind != .socket),
      remote: end(![.listen, .bind, .socket].contains(kind)), isServer: isServer)
    event.result = random.element([0, -111, -115, -7])
    event.transport = random.element([6, 17, 77, 262])
    events.append(event)
    stream.socket(
      kind, processes[index].pid, local: event.local?.text, remote: event.remote?.text,
      localPort: event.local?.port ?? 0, remotePort: event.remote?.port ?? 0
    ) {
      $0.euid = event.uid
      $0.result = event.result
      $0.protocol = event.transport
      if isServer { $0.flags |= .init(SV_SOCKET_INCOMING) }
    }
  }
}

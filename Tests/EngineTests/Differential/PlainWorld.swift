import CEvents
import Events

/// Processes and events made up from few words, so that many rules fit, and their records.
struct PlainWorld {
  private(set) var processes: [PlainProcess] = []
  private(set) var events: [PlainEvent] = []
  private(set) var stream = TestStream(opened: false)

  init(events count: Int, _ random: inout Generator) {
    while events.count < count {
      if processes.isEmpty || random.below(3) == 0 { start(&random) } else { socket(&random) }
    }
  }

  private mutating func start(_ random: inout Generator) {
    let parent = processes.isEmpty || random.below(8) == 0 ? nil : random.below(processes.count)
    let process = PlainProcess(
      pid: UInt32(100 + processes.count), parent: parent, comm: Words.name(&random),
      exePath: random.below(8) == 0 ? nil : Words.path(&random),
      args: (0..<1 + random.below(4)).map { _ in random.below(3) == 0 ? Words.path(&random) : Words.word(&random) },
      env: random.below(2) == 0 ? [:] : ["A": Words.word(&random)], uid: UInt32(random.below(4)))
    processes.append(process)
    events.append(PlainEvent(kind: .exec, process: processes.count - 1, uid: process.uid))
    stream.exec(
      process.pid, process.args, comm: process.comm, exe: process.exePath,
      parent: parent.map { processes[$0].pid } ?? 99, env: process.env.map { "\($0)=\($1)" }
    ) { $0.euid = process.uid }
  }

  private mutating func socket(_ random: inout Generator) {
    let kind = random.element([EventKind.connect, .connected, .accept, .listen, .close, .send])
    let isWide = random.below(3) == 0
    let index = random.below(processes.count)
    let isServer = kind == .listen || kind == .accept || random.below(2) == 0
    let local = PlainEvent.End(bytes: Words.address(wide: isWide, &random), port: Words.port(&random))
    let remote =
      kind == .listen ? nil : PlainEvent.End(bytes: Words.address(wide: isWide, &random), port: Words.port(&random))
    let event = PlainEvent(
      kind: kind, process: index, uid: UInt32(random.below(4)), local: local, remote: remote, isServer: isServer)
    events.append(event)
    stream.socket(
      kind, processes[index].pid, local: local.text, remote: remote?.text, localPort: local.port,
      remotePort: remote?.port ?? 0
    ) {
      $0.euid = event.uid
      if isServer { $0.flags |= .init(SV_SOCKET_INCOMING) }
    }
  }
}

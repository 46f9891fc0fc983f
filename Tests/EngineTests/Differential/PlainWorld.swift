import CEvents
import Events

/// Processes and events made up from few words, so that many rules fit, and their records.
struct PlainWorld {
  private(set) var processes: [PlainProcess] = []
  private(set) var events: [PlainEvent] = []
  private(set) var stream = TestStream()
  /// By index.
  private var ended: Set<Int> = []
  private let workloads: [PlainPlace]
  /// By namespace.
  private let mounts: [UInt32: [PlainMount]]
  /// By index of the workload, the namespaces that were seen in it.
  private var seen: [Int: Set<UInt32>] = [:]

  /// The record of an event: before it come the stream's own and those of workloads.
  static func record(_ event: Int) -> UInt64 { UInt64(event) + 1 + records }
  static func event(_ record: UInt64) -> Int { Int(record) - 1 - Int(records) }
  private static let records: UInt64 = 1 + 6 + 2 + 3

  init(events count: Int, _ random: inout Generator) {
    workloads = PlainPlace.all(&random)
    mounts = Dictionary(uniqueKeysWithValues: [11, 12, 13].map { ($0, PlainMount.all(&random)) })
    stream.cgroup(1)
    stream.cgroup(20, in: 1, "docker")
    stream.cgroup(22, in: 20, workloads[0].id)
    stream.cgroup(23, in: 20, workloads[1].id)
    stream.cgroup(30, in: 1, "system.slice")
    stream.cgroup(31, in: 30, workloads[2].id)
    for workload in workloads where !workload.facts.isEmpty { stream.facts(workload.cgroup, pairs: workload.facts) }
    for (namespace, mounts) in mounts.sorted(by: { $0.key < $1.key }) {
      stream.mounts(namespace, mounts.map { ["", $0.target, $0.fileSystem, ""] }, isNode: namespace == 13)
    }
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
      flags: random.below(8) == 0 ? nil : UInt32(random.below(1 << 16)), workload: random.below(workloads.count))
    processes.append(process)
    let namespace = random.element(workloads[process.workload].namespaces)
    seen[process.workload, default: []].insert(namespace)
    add(PlainEvent(kind: .exec, number: nextNumber, process: processes.count - 1, uid: process.uid))
    stream.exec(
      process.pid, process.args, comm: process.comm, exe: process.exePath,
      parent: parent.map { processes[$0].pid } ?? 99, flags: process.flags ?? 0, env: process.env.map { "\($0)=\($1)" }
    ) {
      $0.euid = process.uid
      $0.ns_mnt = namespace
      $0.session = process.session
      if process.flags == nil { $0.inode = 0 }
      $0.mode = 0o100_755
      if let tty = process.tty { withUnsafeMutableBytes(of: &$0.tty) { $0.copyBytes(from: tty.utf8) } }
    }
  }

  /// With the workload that its process is in.
  private mutating func add(_ event: PlainEvent) {
    let index = processes[event.process].workload
    var event = event
    event.workload = workloads[index]
    let own = (seen[index] ?? []).subtracting([13])
    event.mounts = (own.isEmpty ? seen[index] ?? [] : own).flatMap { mounts[$0] ?? [] }
    events.append(event)
    stream.cgroupID = workloads[index].cgroup
  }

  private mutating func end(_ random: inout Generator) {
    let index = random.below(processes.count)
    // Of a process the first end counts.
    guard ended.insert(index).inserted else { return }
    let process = processes[index]
    var event = PlainEvent(kind: .exit, number: nextNumber, process: index, uid: process.uid)
    (event.exitCode, event.exitSignal) = (UInt32(random.below(3)), UInt32(random.below(3)))
    add(event)
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
    add(event)
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

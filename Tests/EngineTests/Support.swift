import CEvents
import Events
import Glibc
import Rules
import Testing

@testable import Engine

/// Records in memory, as the kernel would write them, and what an engine makes of them.
struct TestStream {
  private(set) var records: [[UInt8]] = []
  /// Of the last record; the next is a millisecond later.
  var time: UInt64 = 1_000_000_000
  /// Of those who cause events.
  var cgroupID: UInt64 = 77

  init(opened: Bool = true) {
    guard opened else { return }
    let stream = StreamRecord(
      node: "node1", bootID: "6ba7b810-9dad-11d1-80b4-00c04fd430c8", kernel: "6.1", version: "test",
      clockOffsetNanoseconds: 1_700_000_000_000_000_000)
    records.append(stream.encoded(timeNanoseconds: time, pid: 1))
  }

  mutating func add(_ record: [UInt8]) { records.append(record) }

  private mutating func tick() -> UInt64 {
    time += 1_000_000
    return time
  }

  /// An exec, or with `kind` a task of the snapshot.
  mutating func exec(
    _ pid: UInt32, _ args: [String] = ["sh"], comm: String = "sh", exe: String? = nil, parent: UInt32 = 1,
    start: UInt64 = 0, parentStart: UInt64 = 0, flags: UInt32 = 0, kind: EventKind = .exec,
    env: [String] = [], change: (inout sv_process) -> Void = { _ in }
  ) {
    var fixed = sv_process()
    fixed.header = header(pid, start)
    fixed.parent_pid = parent
    fixed.parent_start_ns = parentStart
    fixed.flags = flags
    fixed.args_count = UInt32(args.count)
    fixed.inode = 42
    fixed.loginuid = .max
    Self.copy(comm, to: &fixed.comm)
    change(&fixed)
    var builder = RecordBuilder(fixed)
    if let exe { builder.append(exe.utf8, at: MemoryLayout<sv_process>.offset(of: \.exe)) }
    builder.append(args.flatMap { Array($0.utf8) + [0] }, at: MemoryLayout<sv_process>.offset(of: \.args))
    builder.append(env.flatMap { Array($0.utf8) + [0] }, at: MemoryLayout<sv_process>.offset(of: \.env))
    records.append(builder.finish(kind: kind) ?? [])
  }

  mutating func fork(_ pid: UInt32, from parent: UInt32, start: UInt64 = 0, parentStart: UInt64 = 0, comm: String = "sh") {
    var fixed = sv_fork()
    fixed.header = header(pid, start)
    fixed.parent_pid = parent
    fixed.parent_start_ns = parentStart
    fixed.creator_pid = parent
    fixed.creator_start_ns = parentStart
    Self.copy(comm, to: &fixed.comm)
    records.append(RecordBuilder(fixed).finish(kind: .fork) ?? [])
  }

  mutating func exit(_ pid: UInt32, code: UInt32 = 0, signal: UInt32 = 0, start: UInt64 = 0, comm: String = "sh") {
    var fixed = sv_exit()
    fixed.header = header(pid, start)
    fixed.code = code
    fixed.signal = signal
    Self.copy(comm, to: &fixed.comm)
    records.append(RecordBuilder(fixed).finish(kind: .exit) ?? [])
  }

  mutating func socket(
    _ kind: EventKind, _ pid: UInt32, local: String? = nil, remote: String? = nil, localPort: UInt16 = 0,
    remotePort: UInt16 = 0, start: UInt64 = 0, comm: String = "nc", change: (inout sv_socket) -> Void = { _ in }
  ) {
    var fixed = sv_socket()
    fixed.header = header(pid, start)
    fixed.family = UInt16((local ?? remote ?? "").contains(":") ? AF_INET6 : AF_INET)
    fixed.type = 1
    fixed.protocol = 6
    fixed.local_port = localPort
    fixed.remote_port = remotePort
    if let local { withUnsafeMutableBytes(of: &fixed.local) { _ = inet_pton(CInt(fixed.family), local, $0.baseAddress) } }
    if let remote { withUnsafeMutableBytes(of: &fixed.remote) { _ = inet_pton(CInt(fixed.family), remote, $0.baseAddress) } }
    Self.copy(comm, to: &fixed.comm)
    change(&fixed)
    records.append(RecordBuilder(fixed).finish(kind: kind) ?? [])
  }

  mutating func cgroup(
    _ id: UInt64, in parent: UInt64 = 0, _ name: String = "", isFound: Bool = true, madeNanoseconds: UInt64 = 0
  ) {
    guard !isFound else {
      return add(
        CgroupRecord.found(
          id: id, parent: parent, level: 0, name: Array(name.utf8), madeNanoseconds: madeNanoseconds, timeNanoseconds: tick()))
    }
    var fixed = sv_cgroup()
    fixed.header.time_ns = tick()
    fixed.header.cgroup_id = id
    fixed.parent_id = parent
    var builder = RecordBuilder(fixed)
    builder.append(name.utf8, at: MemoryLayout<sv_cgroup>.offset(of: \.name))
    add(builder.finish(kind: .cgroup) ?? [])
  }

  mutating func endCgroup(_ id: UInt64) { add(CgroupRecord.ended(id: id, timeNanoseconds: tick())) }

  mutating func facts(_ cgroup: UInt64, pairs: [(name: String, value: String)]) {
    for record in FactsRecord.encoded(cgroup: cgroup, source: .cri, identity: .known, pairs: pairs, timeNanoseconds: tick()) { add(record) }
  }

  mutating func facts(
    _ cgroup: UInt64, _ source: FactSource = .podman, _ identity: Identity = .known, isMore: Bool = false,
    _ pairs: KeyValuePairs<String, String> = [:]
  ) {
    for record in FactsRecord.encoded(
      cgroup: cgroup, source: source, identity: identity, pairs: pairs.map { ($0.key, $0.value) }, timeNanoseconds: tick())
    {
      guard isMore else {
        add(record)
        continue
      }
      var record = record
      let place = MemoryLayout<sv_facts>.offset(of: \.flags) ?? 0
      record[place] |= UInt8(SV_PART_MORE)
      add(record)
    }
  }

  /// - Parameter mounts: source, target, file system and options of each.
  mutating func mounts(
    _ namespace: UInt32, cgroup: UInt64 = 0, _ mounts: [[String]], isNode: Bool = false, isGone: Bool = false, isCut: Bool = false
  ) {
    let mounts = mounts.map { parts in
      let bytes = parts.map { Array($0.utf8) }
      return MountsRecord.Mount(source: bytes[0], target: bytes[1], fileSystem: bytes[2], options: bytes[3])
    }
    for record in MountsRecord.encoded(
      namespace: namespace, pid: 0, cgroup: cgroup, mounts: mounts, isNode: isNode, isGone: isGone, isCut: isCut, timeNanoseconds: tick())
    {
      add(record)
    }
  }

  /// Processes of cgroup 2, in the container `/docker/ID`; 1 is the root, 3 the unit `sshd.service`.
  static func inContainer() -> TestStream {
    var stream = TestStream()
    stream.cgroup(1)
    stream.cgroup(20, in: 1, "docker")
    stream.cgroup(2, in: 20, containerID)
    stream.cgroup(30, in: 1, "system.slice")
    stream.cgroup(3, in: 30, "sshd.service")
    stream.cgroupID = 2
    return stream
  }

  static let containerID = "3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e"

  private mutating func header(_ pid: UInt32, _ start: UInt64) -> sv_header {
    var header = sv_header()
    header.time_ns = tick()
    header.pid = pid
    header.tid = pid
    header.start_ns = start
    header.cgroup_id = cgroupID
    return header
  }

  private static func copy<Field>(_ text: String, to field: inout Field) {
    withUnsafeMutableBytes(of: &field) { $0.copyBytes(from: text.utf8.prefix($0.count - 1)) }
  }

  /// What the records fire. Numbers count from 1.
  func alerts(_ policy: Policy, processes: Int = 1000) -> [Alert] {
    var engine = Engine(policy: policy, processes: processes)
    var alerts: [Alert] = []
    for (index, bytes) in records.enumerated() {
      guard let record = try? Record(number: UInt64(index + 1), bytes: bytes.span.bytes) else { continue }
      engine.process(record) { alerts.append($0) }
    }
    return alerts
  }

  /// Whether the last record, and no other, fires a rule of that condition.
  func fires(_ condition: String) throws -> Bool {
    let alerts = alerts(try policy(condition))
    return alerts.last?.recordNumber == UInt64(records.count)
  }

  /// The text that the last record gives for an output.
  func rendered(_ output: String, _ condition: String = "evt.num > 0") throws -> String? {
    let alerts = alerts(try policy(condition, output: output))
    return alerts.last { $0.recordNumber == UInt64(records.count) }?.message
  }
}

/// A policy of one rule.
func policy(_ condition: String, output: String = "fired") throws -> Policy {
  let text = """
    - rule: R
      desc: what it means
      condition: >-
        \(condition)
      output: >-
        \(output)
      priority: Warning
      tags: [t1, t2]
    """
  let loaded = PolicyLoader().load(files: [("test.yaml", Array(text.utf8))])
  return try #require(loaded.policy, "\(loaded.report)")
}

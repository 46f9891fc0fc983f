import CEvents
import Events
import Rules
import Testing

@testable import Report

/// Records in memory, as the kernel would write them, and the report that they make.
struct TestStream {
  private(set) var records: [[UInt8]] = []
  private var time: UInt64 = 1_000_000_000

  /// 2023-11-14 22:13:20 UTC, a second after boot.
  static let begin: Int64 = 1_700_000_001_000_000_000

  init(node: String = "node1") {
    let stream = StreamRecord(
      node: node, bootID: "6ba7b810-9dad-11d1-80b4-00c04fd430c8", kernel: "6.1", version: "test",
      clockOffsetNanoseconds: 1_700_000_000_000_000_000)
    records.append(stream.encoded(timeNanoseconds: time, pid: 1))
  }

  /// Each record comes a millisecond after the one before.
  private mutating func header(_ pid: UInt32) -> sv_header {
    time &+= 1_000_000
    var header = sv_header()
    header.time_ns = time
    header.pid = pid
    header.tid = pid
    // A process per pid.
    header.start_ns = UInt64(pid) * 1000
    return header
  }

  mutating func add(_ record: [UInt8]) { records.append(record) }

  mutating func wait(nanoseconds: UInt64) { time &+= nanoseconds }

  mutating func exec(
    _ pid: UInt32, _ args: [[UInt8]], comm: [UInt8] = Array("sh".utf8), exe: [UInt8] = Array("/bin/sh".utf8),
    cwd: [UInt8] = Array("/".utf8), parent: UInt32 = 1, kind: EventKind = .exec
  ) {
    var fixed = sv_process()
    fixed.header = header(pid)
    fixed.parent_pid = parent
    fixed.parent_start_ns = UInt64(parent) * 1000
    Self.copy(comm, to: &fixed.comm)
    var builder = RecordBuilder(fixed)
    builder.append(exe, at: MemoryLayout<sv_process>.offset(of: \.exe))
    builder.append(cwd, at: MemoryLayout<sv_process>.offset(of: \.cwd))
    builder.append(args.flatMap { $0 + [0] }, at: MemoryLayout<sv_process>.offset(of: \.args))
    records.append(builder.finish(kind: kind) ?? [])
  }

  mutating func exec(
    _ pid: UInt32, _ args: String..., comm: String = "sh", parent: UInt32 = 1, kind: EventKind = .exec
  ) {
    exec(pid, args.map { Array($0.utf8) }, comm: Array(comm.utf8), parent: parent, kind: kind)
  }

  mutating func fork(_ pid: UInt32, from parent: UInt32, comm: String = "sh") {
    var fixed = sv_fork()
    fixed.header = header(pid)
    fixed.parent_pid = parent
    fixed.parent_start_ns = UInt64(parent) * 1000
    fixed.creator_pid = parent
    fixed.creator_start_ns = UInt64(parent) * 1000
    Self.copy(Array(comm.utf8), to: &fixed.comm)
    records.append(RecordBuilder(fixed).finish(kind: .fork) ?? [])
  }

  mutating func exit(_ pid: UInt32, code: UInt32 = 0, signal: UInt32 = 0, comm: String = "sh") {
    var fixed = sv_exit()
    fixed.header = header(pid)
    fixed.code = code
    fixed.signal = signal
    Self.copy(Array(comm.utf8), to: &fixed.comm)
    records.append(RecordBuilder(fixed).finish(kind: .exit) ?? [])
  }

  mutating func socket(
    _ kind: EventKind, _ pid: UInt32, local: [UInt8] = [0, 0, 0, 0], localPort: UInt16 = 0,
    remote: [UInt8] = [0, 0, 0, 0], remotePort: UInt16 = 0, result: Int32 = 0, duration: UInt64 = 0, flags: UInt32 = 0
  ) {
    var fixed = sv_socket()
    fixed.header = header(pid)
    fixed.family = 2
    fixed.type = 1
    fixed.protocol = 6
    fixed.flags = UInt16(flags)
    fixed.result = result
    fixed.duration_ns = duration
    fixed.local_port = localPort
    fixed.remote_port = remotePort
    Self.copy(local, to: &fixed.local)
    Self.copy(remote, to: &fixed.remote)
    Self.copy(Array("sh".utf8), to: &fixed.comm)
    records.append(RecordBuilder(fixed).finish(kind: kind) ?? [])
  }

  private static func copy<Target: BitwiseCopyable>(_ bytes: [UInt8], to target: inout Target) {
    withUnsafeMutableBytes(of: &target) { $0.copyBytes(from: bytes.prefix($0.count)) }
  }

  // MARK: - The report

  static func policy(_ rules: String) throws -> Policy {
    let loaded = PolicyLoader().load(files: [("rules.yaml", Array(rules.utf8))])
    return try #require(loaded.policy, "\(loaded.report)")
  }

  func report(_ rules: String, limits: ReportLimits = ReportLimits()) throws -> TestPage {
    let policy = try Self.policy(rules)
    var report = TraceReport(policy: policy, limits: limits)
    for (index, bytes) in records.enumerated() {
      report.process(try Record(number: UInt64(index + 1), bytes: bytes.span.bytes))
    }
    let origin = ReportOrigin(trace: "test.trace", summary: TraceSummary(), rules: ["rules.yaml"], version: "1.2.3")
    return try TestPage(report.page(origin))
  }
}

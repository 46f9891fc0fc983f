import CAllocations
import CEvents
import Events
import Rules
import Testing

@testable import Engine

/// A record that fires nothing takes no memory, once there have been some like it.
///
/// Only told of optimised code: `swift test -c release -Xswiftc -enable-testing --filter AllocationTests`.
@Suite(.enabled(if: isOptimised, "an unoptimised build takes memory for much that is free in a release"))
struct AllocationTests {
  /// Of every type of test and of field, none of which holds.
  private static let conditions = [
    "tolower(concat(proc.name, \"-\", proc.pname)) = nothing-of-it and len(proc.args) > 3",
    "getopt(proc.args, \"nt:\") intersects (x) or getopt(proc.acmdline, \"n:\")[n] = x or getopt(proc.env[PATH], \"n\")[n] exists",
    "getopt((proc.name, \"-n\", proc.args), \"n\") in (a, n) or getopt(proc.args, \"-:\") in (a, b)",
    "proc.exepath icontains toupper(concat(proc.name, \"zz\")) or proc.cmdline regex '.*(nothing|[0-9]{9}).*'",
    "evt.type = execve and proc.name in (nmap, zmap) and proc.pname = sshd",
    "evt.type = execve and proc.exepath startswith /dev/shm/ and not proc.is_exe_from_memfd = true",
    "evt.type = execve and proc.exepath startswith /tmp/ and proc.exepath endswith .sh",
    "evt.type = execve and (proc.args contains needle or proc.cmdline icontains needle or proc.cmdline glob '*needle*')",
    "evt.type = execve and proc.cwd pmatch (/home/other, /srv/o*) and proc.env[LD_PRELOAD] exists",
    "proc.aname in (systemd, cron) and proc.aname[2] = cron and proc.sname = cron",
    "evt.type = procexit and proc.exit_signal > 0 and evt.time exists",
    "thread.cap_effective contains CAP_SYS_MODULE or proc.stdin.name contains 10.9.9.9 or evt.hostname = other",
    "evt.type in (connect, connected) and (fd.sport in (3333, 14444) or fd.sip = 169.254.169.254)",
    "fd.net in (192.0.2.0/24, 2001:db8::/32) and fd.name contains 192.0.2 and fd.l4proto = udp",
    "container.id != 3ad7b26ded6d and workload.kind = container or container.image.repository = x or k8s.pod.label[app] = y",
    "workload.mount.fstype intersects (gpfs, lustre) or workload.mount.target startswith /scratch or container.labels contains secret",
    "container.mount.dest[/proc*] = /x or container.mounts contains needle or container.privileged = true or workload.cgroup contains needle",
    "k8s.ns.name in (a, b) or workload.identity = unknown or container.duration < 0 or slurm.account = x",
    "fd.port = 4444 and evt.res = ECONNREFUSED or user.uid = 4711 and proc.ppid > 4000000000",
  ]

  /// Of every index, many rules in each; `#` is a number.
  private static let indexed = [
    "proc.name in (n#, m#)", "proc.cmdline contains needle#", "proc.cmdline icontains '|x#'",
    "proc.exepath endswith /p#", "proc.cmdline regex '.*--r#=[0-9]+'",
    "proc.exepath startswith /srv/p#/", "proc.cmdline glob '*--t#=*'", "proc.exepath pmatch (/opt/p#, /srv/*/p#)",
    "proc.aname = a#", "proc.acmdline contains a#", "proc.aname[2] = b#", "proc.env[PATH] contains p#",
    "fd.sip = 10.9.9.#", "container.image.repository = r#", "workload.mount.target contains needle#", "k8s.pod.label[app] in (a#, b#)",
    "fd.net in (10.9.#.0/24, 2001:db8::/64)", "fd.port = 2#", "(proc.name = o# or fd.name contains '9.9.#')",
    "proc.is_exe_from_memfd = true and user.uid != #",
  ]

  @Test func recordsThatFireNothingTakeNoMemory() throws {
    let many = Self.indexed.flatMap { condition in
      (100..<120).map { condition.split(separator: "#", omittingEmptySubsequences: false).joined(separator: "\($0)") }
    }
    let conditions = Self.conditions + many
    let text = conditions.enumerated().map { index, condition in
      """
      - rule: R\(index)
        desc: what it means
        condition: >-
          \(condition)
        output: "%proc.cmdline"
        priority: Warning
      """
    }
    let loaded = PolicyLoader().load(files: [("test.yaml", Array(text.joined(separator: "\n").utf8))])
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(policy.rules.count == conditions.count)
    // Processes come and go, far more than are kept: what ended makes room for what starts.
    var engine = Engine(policy: policy, processes: 64, quiet: QuietSettings())
    let stream = Self.stream(processes: 1000)
    let half = stream.records.count / 2
    let (warmed, _) = Self.feed(&engine, stream.records[..<half])
    let (fed, taken) = Self.feed(&engine, stream.records[half...])
    #expect(warmed == 0 && fed == 0)
    #expect(engine.records == UInt64(stream.records.count))
    #expect(taken == 0, "memory was taken \(taken) times for \(stream.records.count - half) records")
  }

  /// Nor does one that matches no rule of a correlation; one that does takes none once the window has its size.
  @Test func correlationsTakeNoMemoryForOthersEvents() throws {
    func rule(_ name: String, _ item: String, _ category: String = "process_creation") -> String {
      "title: \(name)\nname: \(name)\nlogsource: {category: \(category)}\ndetection: {a: {\(item)}, condition: a}"
    }
    func correlation(_ kind: String, _ rules: String, _ condition: String = "") -> String {
      "title: \(kind) of \(rules)\ncorrelation: {type: \(kind), rules: [\(rules)], timespan: 2s, group-by: [Image, LogonId]\(condition)}"
    }
    let documents = [
      rule("none", "Image: /nothing"), rule("prog", "Image: /usr/bin/prog"), rule("web", "DestinationPort: 443", "network_connection"),
      correlation("event_count", "none", ", condition: {gte: 2}"), correlation("event_count", "prog, web", ", condition: {gte: 9999}"),
      correlation("value_count", "prog", ", condition: {field: proc.name, gte: 2}"),
      correlation("temporal", "prog, web, none"), correlation("temporal_ordered", "web, prog, none"),
    ]
    var engine = Engine(policy: try CorrelationFile.policy(documents), processes: 64, quiet: QuietSettings())
    let stream = Self.stream(processes: 3000)
    let half = stream.records.count / 2
    let (warmed, _) = Self.feed(&engine, stream.records[..<half])
    let (fed, taken) = Self.feed(&engine, stream.records[half...])
    #expect(warmed == 0 && fed == 0)
    #expect(taken == 0, "memory was taken \(taken) times for \(stream.records.count - half) records")
  }

  /// An alert that is held back is not made. Of the site's and of a tenant's rules, by each of the bounds.
  @Test func alertsThatAreHeldBackTakeNoMemory() throws {
    let policy = try quietPolicy(
      ("Same", "evt.type = execve", "%proc.exepath %tolower(proc.name)", "Notice", nil),
      ("Throttled", "evt.type = connect", "%proc.pid", "Warning", "{per: [proc.exepath, fd.sip], limit: 3, every: 1h}"),
      ("Too many", "evt.type = listen", "%proc.pid", "Warning", nil))
    var engine = Engine(policy: policy, processes: 64, quiet: QuietSettings())
    let stream = Self.stream(processes: 1000)
    let half = stream.records.count / 2
    let (warmed, _) = Self.feed(&engine, stream.records[..<half])
    let (fed, taken) = Self.feed(&engine, stream.records[half...])
    let counts = engine.quietCounts
    #expect(warmed == 1 + 3 + 60 && fed == 0 && counts.held == 3000 - 64)
    #expect(taken == 0, "memory was taken \(taken) times")
  }

  /// That the count counts: an alert is made of memory.
  @Test func anAlertTakesMemory() throws {
    var engine = Engine(policy: try policy("evt.type = execve"), processes: 64)
    let (fired, taken) = Self.feed(&engine, Self.stream(processes: 1).records[...])
    #expect(fired == 1)
    #expect(taken > 0)
  }

  /// - Returns: alerts, and how often memory was taken.
  private static func feed(_ engine: inout Engine, _ records: ArraySlice<[UInt8]>) -> (alerts: Int, taken: UInt) {
    var alerts = 0
    allocations_start()
    for index in records.indices {
      let bytes = records[index]
      guard let record = try? Record(number: UInt64(index + 1), bytes: bytes.span.bytes) else { continue }
      engine.process(record) { _ in alerts += 1 }
    }
    return (alerts, UInt(allocations_stop()))
  }

  private static func stream(processes: UInt32) -> TestStream {
    var stream = TestStream.inContainer()
    stream.facts(2, .docker, .known, [
      "container.image.repository": "docker.io/library/nginx", "container.label[a]": "b", "k8s.pod.label[app]": "web", "container.mount.source[0]": "/proc",
      "container.mount.dest[0]": "/host/proc",
    ])
    stream.mounts(7, [["/dev/sda", "/", "ext4", "rw"], ["fs:/home", "/home", "nfs4", "rw"]])
    for number in 0..<processes {
      let pid = 1000 + number
      let parent = number % 50 == 0 ? 1 : pid - 1
      stream.fork(pid, from: parent, start: UInt64(pid), parentStart: UInt64(parent), comm: "bash")
      stream.exec(
        pid, ["/usr/bin/prog", "--flag", "value\(number)"], comm: "prog", exe: "/usr/bin/prog", parent: parent,
        start: UInt64(pid), parentStart: UInt64(parent), env: ["PATH=/bin", "LD_LIBRARY_PATH=/lib"]) { $0.ns_mnt = 7 }
      stream.socket(
        .connect, pid, local: "10.0.0.1", remote: "10.0.0.2", localPort: 40000, remotePort: 443, start: UInt64(pid))
      stream.socket(.connected, pid, local: "fe80::1", remote: "fe80::2", remotePort: 80, start: UInt64(pid))
      stream.socket(.listen, pid, local: "10.0.0.1", localPort: 8080, start: UInt64(pid))
      stream.socket(.send, 7, remote: "10.0.0.3", remotePort: 53)
      if number >= 10 { stream.exit(pid - 10, start: UInt64(pid - 10), comm: "prog") }
    }
    return stream
  }
}

#if DEBUG
  private let isOptimised = false
#else
  private let isOptimised = true
#endif

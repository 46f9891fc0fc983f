import Events
import Rules
import TestSupport
import Testing

@testable import Engine

/// Rules on captures as Falco writes them today.
struct ScapAlertsTests {
  private static let shipped = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/rules"

  /// A service is talked to, starts a shell, and that starts what it shouldn't.
  private static func intrusion() -> ScapBuilder {
    var capture = ScapBuilder()
    capture.processes([
      ScapBuilder.Process(1) { ($0.comm, $0.path, $0.parent, $0.uid) = ("systemd", "/lib/systemd/systemd", 0, 0) },
      ScapBuilder.Process(800) { ($0.comm, $0.path, $0.uid) = ("nginx", "/usr/sbin/nginx", 33) },
    ])
    capture.clone(thread: 800, pid: 800, parent: 1, result: 900, comm: "nginx")
    capture.clone(thread: 900, pid: 900, parent: 800, result: 0, comm: "nginx")
    capture.exec(900, ["sh", "-c", "nmap"], path: "/usr/bin/dash", parent: 800, comm: "sh", uid: 33)
    capture.exec(900, ["nmap", "-sT", "10.0.0.0/24"], path: "/usr/bin/nmap", parent: 800, comm: "nmap", uid: 33)
    capture.socket(900, 4, type: 3, protocol: 1)
    capture.connect(900, 5, result: 0, ScapBuilder.tuple([10, 0, 0, 1], 40000, [169, 254, 169, 254], 80))
    capture.exec(900, ["x"], path: "/dev/shm/x", parent: 800, comm: "x", flags: 0b100, uid: 33)
    capture.exit(900)
    return capture
  }

  private func rules(_ capture: ScapBuilder, _ path: String) throws -> [String] {
    let policy = try #require(PolicyLoader().load(paths: [path]).policy)
    var reader = try TraceReader(bytes: capture.bytes, name: "memory")
    var engine = Engine(policy: policy)
    var rules: [String] = []
    let summary = reader.forEach { engine.process($0) { rules.append($0.rule) } }
    #expect(summary.isWhole)
    return rules
  }

  @Test func shippedRules() throws {
    let fired = try rules(Self.intrusion(), Self.shipped)
    #expect(fired == [
      "Network service starts a shell", "Attack tool started", "Raw socket opened", "Cloud metadata service asked",
      "Program run from memory", "Program run from shared memory or a hidden place",
    ])
  }

  @Test(.enabled(if: Corpus.isHere("falco-rules"), "no Falco rule files at \(Corpus.path("falco-rules"))"))
  func falcosRules() throws {
    let fired = try rules(Self.intrusion(), Corpus.path("falco-rules"))
    #expect(fired == ["Run shell untrusted", "Launch Suspicious Network Tool on Host", "Fileless execution via memfd_create"])
  }

  /// What a capture doesn't tell is absent, not 0 or false.
  @Test func whatACaptureDoesNotTellIsAbsent() throws {
    var capture = ScapBuilder()
    capture.exec(900, ["x"], path: "/x", comm: "x", flags: 0b100)
    let policy = try policy(
      "evt.type = execve and proc.is_exe_from_memfd = true and proc.is_exe_upper_layer = false "
        + "and not proc.exe_mode exists and not proc.exe_uid exists and not proc.is_exe_setuid exists and not proc.exe_dev exists")
    var reader = try TraceReader(bytes: capture.bytes, name: "memory")
    var engine = Engine(policy: policy)
    var alerts: [Alert] = []
    reader.forEach { engine.process($0) { alerts.append($0) } }
    #expect(alerts.count == 1)
    #expect(alerts.first?.timestampNanoseconds == 1_700_000_000_001_000_000)
    #expect(alerts.first?.node == "node7")
  }
}

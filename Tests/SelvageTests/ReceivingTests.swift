import Glibc
import TestSupport
import Testing

/// What docs/receiving.md shows, from the kernel to the log server's files.
@Suite(
  .serialized, .timeLimit(.minutes(10)), .enabled(if: Selvage.isRoot, "needs root: it loads programs into the kernel"))
struct ReceivingTests {
  private let folder: TemporaryFolder
  private let port: UInt16
  private let mark = "selvage-\(getpid())-\(UInt32.random(in: 0 ... .max))"

  init() throws {
    folder = try TemporaryFolder()
    var port = try FreePort.find()
    while "\(port)".contains("6514") { port = try FreePort.find() }  // it is replaced below
    self.port = port
  }

  /// A block of the page, with the test's own places, port and program.
  private func write(_ name: String) throws -> String {
    let page = String(decoding: contents("\(DocumentationTests.root)/docs/receiving.md"), as: UTF8.self)
    var text = try #require(DocumentationTests.blocks(page).first { $0.file == name }).text
    let files = try Certificates.shared()
    for (shown, used) in [
      ("/var/log/selvage", folder.path), ("/var/lib/selvage", folder.path), ("/etc/selvage/tls", files.folder.path),
      ("/usr/local/sbin/selvage", Selvage.path), ("2514", "\(port)"), ("6514", "\(port)"), ("heartbeat: 60s", "heartbeat: 1s"),
    ] { text = text.split(separator: shown, omittingEmptySubsequences: false).joined(separator: used) }
    return try folder.write(text, name)
  }

  private func agent(_ more: (String) -> String = { $0 }) throws -> Program {
    let rules = try folder.write(Selvage.rule("Echo", "evt.type = execve and proc.args contains \(mark)", output: "%proc.args"), "r.yaml")
    let shown = String(decoding: contents(try write("node.yaml")), as: UTF8.self)
    let configuration = try folder.write(more(shown) + "rules: [\(rules)]\nrecord_socket: r.sock\ncontrol_socket: c.sock\n", "node.yaml")
    return try Selvage.live("--config", configuration)
  }

  private func trigger(_ numbers: ClosedRange<Int>) throws {
    for number in numbers { _ = try Program("/bin/echo", [Array("\(mark) \(number)".utf8)]).finish() }
  }

  /// Alerts of the mark, by their numbers, as they stand in a file.
  private func alerts(_ file: String) -> [Int] {
    lines(contents("\(folder.path)/\(file)")).compactMap { line in
      line.contains("\(mark) ") ? line.split(separator: " ").last.flatMap { Int($0) } : nil
    }
  }

  /// The agent and the receiver are killed in turn, with -9.
  @Test(.enabled(if: Rsyslog.isInstalled, "needs rsyslogd"))
  func rsyslogHasEachAlertOnce() throws {
    func receiver() throws -> Program {
      let program = try Program(
        Rsyslog.program,
        ["-n", "-f", try write("rsyslog.conf"), "-i", "\(folder.path)/pid"].map { Array($0.utf8) })
      #expect(eventually { FreePort.isListening(port) || program.isOver })
      try #require(!program.isOver, "\(program.errors)")
      return program
    }
    var rsyslog = try receiver()
    var agent = try agent()
    try trigger(1...5)
    #expect(eventually { alerts("once.log") == [1, 2, 3, 4, 5] }, "\(alerts("received.log"))")

    rsyslog.signal(SIGKILL)
    #expect(eventually { rsyslog.isOver })
    try trigger(6...8)
    let status = try Selvage.run("status", "--socket", "\(folder.path)/c.sock", "--json")
    #expect(status.output.contains("acknowledged"), "\(status)")
    agent.signal(SIGKILL)
    #expect(eventually { agent.isOver })
    unlink("\(folder.path)/pid")
    rsyslog = try receiver()
    agent = try self.agent()
    try trigger(9...10)
    #expect(eventually { alerts("once.log").count >= 10 }, "\(alerts("received.log"))")
    #expect(alerts("once.log") == Array(1...10))
    agent.signal(SIGTERM)
    #expect(try agent.finish().status == 0)
    rsyslog.signal(SIGTERM)
    #expect(eventually { rsyslog.isOver })
    // The first receive was killed with its rsyslogd; what it was told is not missing.
    #expect(!String(decoding: contents("\(folder.path)/missing.log"), as: UTF8.self).contains("missing"))
    #expect(String(decoding: contents("\(folder.path)/received.log"), as: UTF8.self).contains(#"rule="Heartbeat""#))
  }

  @Test(.enabled(if: SyslogNG.isInstalled, "needs syslog-ng: scripts/install-packages --test"))
  func syslogNGHasEachAlertOnce() throws {
    let syslogNG = try SyslogNG(folder, configuration: try write("syslog-ng.conf"), port: port)
    let agent = try agent { text in text.split(separator: "relp+tls", omittingEmptySubsequences: false).joined(separator: "tls") }
    try trigger(1...5)
    #expect(eventually { alerts("once.log") == [1, 2, 3, 4, 5] }, "\(alerts("received.log"))")
    agent.signal(SIGTERM)
    #expect(try agent.finish().status == 0)
    syslogNG.stop()
    #expect(contents("\(folder.path)/missing.log").isEmpty)
  }
}

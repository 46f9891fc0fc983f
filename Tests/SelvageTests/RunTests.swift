import Events
import Glibc
import TestSupport
import Testing

/// From the kernel to where people read.
@Suite(.serialized, .enabled(if: Selvage.isRoot, "needs root: it loads programs into the kernel"))
struct RunTests {
  /// Prints nothing and is found again by its argument.
  private func trigger(_ argument: [UInt8]) throws {
    _ = try Program("/bin/echo", [argument]).finish()
  }

  private let mark = "selvage-\(getpid())-\(UInt32.random(in: 0 ... .max))"

  @Test(.enabled(if: Rsyslog.isInstalled, "needs rsyslogd"))
  func anExecAndAConnectReachSyslogWhole() throws {
    let folder = try TemporaryFolder()
    let syslog = try Rsyslog(folder)
    let rules = try folder.write(
      Selvage.rule("Echo", "evt.type = execve and proc.name = echo and proc.args contains \(mark)", output: "%proc.name said %proc.args")
        + Selvage.rule("Connect", "evt.type = connect and fd.sip = 127.0.0.1 and proc.cmdline contains \(mark)", output: "to %fd.name"),
      "rules.yaml")
    let agent = try Selvage.live(
      "--rules", rules, "--syslog", syslog.socketPath, "--syslog", "udp:127.0.0.1:\(syslog.port)", "--facility", "local4")
    try trigger(Array("\(mark)\n<13>forged ]\"\\ ".utf8) + [0xFF, 0x1B] + Array("é\u{202E}".utf8))
    _ = try Program("/bin/bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9 # \(mark)").finish()
    let messages = try syslog.messages(4)
    agent.signal(SIGTERM)
    let end = try agent.finish()
    #expect(end.status == 0 && end.errors.contains("2 alerts"), "\(end.errors)")
    #expect(messages.count == 4)

    let execs = messages.filter { $0.elements["alert@32473"]?["rule"] == "Echo" }
    let shown = "\(mark)\\x0a<13>forged ]\"\\\\ \\xff\\x1bé\\u{202e}"
    #expect(execs.count == 2)
    for exec in execs {
      #expect(exec.pri == "\(20 * 8 + 4)" && exec.app == "selvage" && exec.msgid == "execve")
      let fields = try #require(exec.elements.first { $0.key != "alert@32473" }?.value)
      #expect(fields["proc.name"] == "echo" && fields["proc.exepath"]?.hasSuffix("bin/echo") == true)
      #expect(fields["proc.args"] == shown, "\(exec.raw)")
      #expect(exec.msg.hasSuffix("echo said \(shown)"))
    }
    let connects = messages.filter { $0.elements["alert@32473"]?["rule"] == "Connect" }
    #expect(connects.count == 2)
    for connect in connects {
      let fields = try #require(connect.elements.first { $0.key != "alert@32473" }?.value)
      #expect(fields["fd.sip"] == "127.0.0.1" && fields["fd.sport"] == "9" && fields["proc.name"] == "bash")
    }
    #expect(Set(messages.map { $0.elements["alert@32473"]?["id"] }).count == 2, "both transports carry the same ids")
  }

  @Test func aReplayGivesTheSameBytes() throws {
    let folder = try TemporaryFolder()
    let rules = try folder.write(
      Selvage.rule("All", "evt.num > 0", output: "%evt.type %evt.time %proc.cmdline %proc.aname %fd.name %evt.res"), "rules.yaml")
    let agent = try Selvage.live("--rules", rules, "--json", "\(folder.path)/live.json", "--record", "\(folder.path)/t.trace")
    _ = try Program("/bin/bash", "-c", "for i in {1..300}; do /bin/true $i; (exec 3<>/dev/tcp/127.0.0.1/9) 2>/dev/null; done").finish()
    agent.signal(SIGINT)
    let end = try agent.finish()
    #expect(end.status == 0, "\(end.errors)")
    let replay = try Selvage.run("replay", "--all", "\(folder.path)/t.trace", "--rules", rules, "--json", "-")
    #expect(replay.status == 0, "\(replay.errors)")
    let live = String(decoding: contents("\(folder.path)/live.json"), as: UTF8.self)
    #expect(live == replay.output)
    #expect(live.utf8.count { $0 == UInt8(ascii: "\n") } > 300 * 5)
  }

  @Test func aSinkThatFailsIsToldAndCountedAndNothingStalls() throws {
    let folder = try TemporaryFolder()
    let rules = try folder.write(Selvage.rule("Echo", "proc.args contains \(mark)"), "rules.yaml")
    let agent = try Selvage.live(
      "--rules", rules, "--syslog", "\(folder.path)/nobody", "--json", "/dev/full", "--json", "\(folder.path)/good.json")
    for _ in 0..<3 { try trigger(Array(mark.utf8)) }
    #expect(eventually { lines(contents("\(folder.path)/good.json")).count >= 3 })
    agent.signal(SIGTERM)
    let end = try agent.finish()
    #expect(end.status == 1)
    #expect(end.errors.contains("/dev/full") && end.errors.contains("failed"), "\(end.errors)")
  }

  @Test func theNodesNameAndTheSinksComeFromTheConfiguration() throws {
    let folder = try TemporaryFolder()
    try folder.write(Selvage.rule("Echo", "proc.args contains \(mark)"), "rules.yaml")
    let configuration = try folder.write("rules: [rules.yaml]\nrecord_socket: r.sock\ncontrol_socket: c.sock\nnode: login7\nsinks:\n- json: alerts.json\n", "selvage.yaml")
    let agent = try Selvage.live("--config", configuration)
    try trigger(Array(mark.utf8))
    #expect(eventually { !contents("\(folder.path)/alerts.json").isEmpty })
    agent.signal(SIGTERM)
    #expect(try agent.finish().status == 0)
    #expect(String(decoding: contents("\(folder.path)/alerts.json"), as: UTF8.self).contains("\"node\":\"login7\""))
  }

  @Test func lossesAreCountedToTheLastRecord() throws {
    let folder = try TemporaryFolder()
    // One page of ring: a flood can't fit.
    let configuration = try folder.write("rules: [rules.yaml]\nrecord_socket: r.sock\ncontrol_socket: c.sock\ncapture: {ring_bytes: 4096}\n", "selvage.yaml")
    try folder.write(Selvage.rule("Never", "evt.type in (connect, connected) and proc.args contains \(mark)"), "rules.yaml")
    let agent = try Selvage.live("--config", configuration, "--json", "\(folder.path)/a.json", "--record", "\(folder.path)/t.trace")
    _ = try Program("/bin/bash", "-c", "for i in {1..2000}; do exec 3<>/dev/tcp/127.0.0.1/9; done 2>/dev/null").finish()
    agent.signal(SIGTERM)
    #expect(try agent.finish().status == 0)
    let counters = try TraceCounters(path: "\(folder.path)/t.trace")
    #expect(counters.last.produced == counters.last.received + counters.lost, "\(counters.last)")
    #expect(counters.kernelRecords == counters.last.received)
    if counters.lost > 0 {
      #expect(String(decoding: contents("\(folder.path)/a.json"), as: UTF8.self).contains("Events lost"))
    }
  }
}

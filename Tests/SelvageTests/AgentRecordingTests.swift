import Events
import Glibc
import TestSupport
import Testing

/// A recorder next to a running agent, both real.
@Suite(.serialized, .enabled(if: Selvage.isRoot, "needs root: it loads programs into the kernel"))
struct AgentRecordingTests {
  private let node: RecordedNode

  init() throws { node = try RecordedNode() }

  @Test func aReplayOfTheRecordersFileGivesTheAgentsAlerts() throws {
    let agent = try node.agent()
    // Processes that the recorder learns of by what the agent knew.
    let shell = try Program("/bin/bash", "-c", "for i in {1..40}; do /bin/true before $i; done; echo up >&2; read < \(node.fifo); for i in {1..400}; do /bin/true \(node.mark) $i; (exec 3<>/dev/tcp/127.0.0.1/9) 2>/dev/null; done; echo done >&2")
    try shell.says("up")
    let recorder = try node.recorder("t.trace")
    try node.go()
    try shell.says("done")
    recorder.signal(SIGINT)
    let end = try recorder.finish()
    #expect(end.status == 0 && end.errors.contains("from the agent at \(node.socket)"), "\(end.errors)")
    _ = try Program("/bin/true", "after").finish()
    agent.signal(SIGTERM)
    let ending = try agent.finish()
    #expect(ending.status == 0 && ending.errors.contains("A recorder joined"), "\(ending.errors)")

    let replayed = try node.replay("t.trace")
    #expect(replayed.count > 1000)
    #expect(try node.agentHas(replayed))
    #expect(replayed.count { $0.contains(node.mark) } >= 800)
    #expect(node.alerts.count > replayed.count, "it recorded a part")
    #expect(!node.alerts.contains { $0.contains("Events lost") })
  }

  @Test func killingTheRecorderLeavesAReadableFileAndTheAgentAsItWas() throws {
    let agent = try node.agent()
    let recorder = try node.recorder("t.trace")
    for i in 0..<20 { _ = try Program("/bin/true", node.mark, "\(i)").finish() }
    // On disk: every second it writes what there is.
    #expect(try eventually { try node.replay("t.trace").count { $0.contains(node.mark) } == 40 })
    recorder.signal(SIGKILL)
    #expect(try recorder.finish().status == 128 + SIGKILL)
    for i in 0..<20 { _ = try Program("/bin/true", node.mark, "after \(i)").finish() }
    try agent.says("A recorder left")
    #expect(eventually { node.alerts.count { $0.contains(node.mark) } == 80 })
    let replayed = try node.replay("t.trace")
    #expect(try node.agentHas(replayed))
    #expect(replayed.count { $0.contains(node.mark) } >= 40)
    // And there is room for the next.
    let next = try node.recorder("next.trace")
    next.signal(SIGTERM)
    #expect(try next.finish().status == 0)
    // It waits again: nothing keeps it awake that is over.
    try agent.says("process \(next.id)).", seconds: 20)
    let used = agent.processorTicks
    #expect(!eventually(seconds: 2) { agent.processorTicks > used + 100 })
    agent.signal(SIGTERM)
    #expect(try agent.finish().status == 0)
  }

  @Test func killingTheAgentEndsTheRecorderWithAReadableFile() throws {
    let agent = try node.agent()
    let recorder = try node.recorder("t.trace")
    for i in 0..<20 { _ = try Program("/bin/true", node.mark, "\(i)").finish() }
    #expect(try eventually { try node.replay("t.trace").count { $0.contains(node.mark) } == 40 })
    agent.signal(SIGKILL)
    let end = try recorder.finish()
    #expect(end.status == 1 && end.errors.contains("the agent is gone"), "\(end.errors)")
    let replayed = try node.replay("t.trace")
    #expect(replayed.count { $0.contains(node.mark) } == 40)
    #expect(try node.agentHas(replayed))
    // The socket that it left behind is in nobody's way.
    let second = try node.agent()
    let next = try node.recorder("next.trace")
    next.signal(SIGTERM)
    #expect(try next.finish().status == 0)
    second.signal(SIGTERM)
    #expect(try second.finish().status == 0)
    #expect(access(node.socket, F_OK) != 0)
  }

  /// Stopped and continued, as by a terminal: it goes on, and has what came meanwhile.
  @Test func aRecorderThatWasStoppedGoesOn() throws {
    let agent = try node.agent()
    let recorder = try node.recorder("t.trace")
    recorder.signal(SIGSTOP)
    _ = try Program("/bin/bash", "-c", "for i in {1..300}; do /bin/true \(node.mark) $i; done").finish()
    recorder.signal(SIGCONT)
    _ = try Program("/bin/true", node.mark, "last").finish()
    recorder.signal(SIGINT)
    let end = try recorder.finish()
    #expect(end.status == 0, "\(end.errors)")
    let replayed = try node.replay("t.trace")
    #expect(replayed.count { $0.contains("true \(node.mark)") } == 604, "all that happened until it was asked to end: 301 programs and the shell, start and end")
    #expect(try node.agentHas(replayed))
    agent.signal(SIGTERM)
    #expect(try agent.finish().status == 0)
  }

  @Test func withoutAnAgentItIsSaidOrProgramsAreLoaded() throws {
    let asked = try node.record("t.trace", "--agent", "--seconds", "1")
    #expect(asked.status == 2 && asked.errors.contains("No agent answers there"), "\(asked.errors)")
    #expect(access("\(node.folder.path)/t.trace", F_OK) != 0)
    let alone = try node.record("t.trace", "--seconds", "1")
    #expect(alone.status == 0 && !alone.errors.contains("agent"), "\(alone.errors)")
    let agent = try node.agent()
    let forced = try node.record("forced.trace", "--no-agent", "--seconds", "1")
    #expect(forced.status == 0 && !forced.errors.contains("agent"), "\(forced.errors)")
    let command = try node.record("command.trace", "--agent", "--", "/bin/echo", node.mark)
    #expect(command.status == 0 && command.errors.contains("from the agent"), "\(command.errors)")
    #expect(try node.replay("command.trace").map { $0.contains(node.mark) } == [true, true], "its exec and its end")
    agent.signal(SIGTERM)
    #expect(try agent.finish().status == 0)
  }

  @Test func aSecondAgentLeavesTheSocketToTheFirst() throws {
    let first = try node.agent()
    let second = try Selvage.live("--config", node.configuration, "--json", "\(node.folder.path)/second.json")
    #expect(second.errors.contains("another agent listens"), "\(second.errors)")
    second.signal(SIGTERM)
    #expect(try second.finish().status == 0)
    let recorder = try node.record("t.trace", "--agent", "--seconds", "1")
    #expect(recorder.status == 0, "\(recorder.errors)")
    first.signal(SIGTERM)
    #expect(try first.finish().status == 0)
  }

  @Test func aFileThatIsNoSocketIsNotRemoved() throws {
    try node.folder.write("mine", "record.sock")
    let agent = try node.agent()
    #expect(agent.errors.contains("no recorder can join") && agent.errors.contains("is no socket"), "\(agent.errors)")
    agent.signal(SIGTERM)
    #expect(try agent.finish().status == 0)
    #expect(contents(node.socket) == Array("mine".utf8))
  }
}

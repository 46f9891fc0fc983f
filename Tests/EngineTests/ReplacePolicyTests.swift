import Events
import Rules
import Testing

@testable import Engine

/// Another policy takes over between two records.
struct ReplacePolicyTests {
  @Test func theNewPolicyHoldsFromTheNextRecordAndWhatIsKnownStays() throws {
    var stream = TestStream()
    stream.exec(10, ["sshd"], comm: "sshd", exe: "/usr/sbin/sshd")
    stream.exec(11, ["sh"], comm: "sh", exe: "/bin/sh", parent: 10)
    let replacedAfter = stream.records.count
    stream.socket(.connect, 11, remote: "10.0.0.1", remotePort: 22)
    stream.exec(12, ["id"], comm: "id", parent: 11)

    var engine = Engine(policy: try policy("evt.type = execve"))
    let prepared = PreparedPolicy(try policy("evt.type = connect and proc.exepath = /bin/sh and proc.aname = sshd"))
    var next = Optional(prepared)
    var fired: [UInt64] = []
    for (index, bytes) in stream.records.enumerated() {
      if index == replacedAfter, let policy = next.take() { engine.replace(with: policy) }
      engine.process(try Record(number: UInt64(index + 1), bytes: bytes.span.bytes)) { fired.append($0.recordNumber) }
    }
    #expect(fired == [2, 3, 4], "the two execs by the old one, the connect by the new one, with its process's ancestors")

    engine.replace(policy: try policy("proc.name = id"))
    var last = TestStream(opened: false)
    last.exec(13, ["id"], comm: "id")
    let bytes = last.records[0]
    engine.process(try Record(number: 9, bytes: bytes.span.bytes)) { fired.append($0.recordNumber) }
    #expect(fired == [2, 3, 4, 9])
    #expect(engine.records == UInt64(stream.records.count) + 1)
  }

  @Test func aNoticeIsAnAlertOfTheLastRecord() throws {
    var stream = TestStream()
    stream.exec(10)
    var engine = Engine(policy: try policy("proc.name = none"))
    for (index, bytes) in stream.records.enumerated() {
      engine.process(try Record(number: UInt64(index + 1), bytes: bytes.span.bytes)) { _ in }
    }
    func notice(_ message: String) -> Alert {
      engine.alert(Notice("Title", description: "d", priority: .error, message: message))
    }
    let alert = notice("a\u{1B}b")
    #expect(alert.recordNumber == 2 && alert.node == "node1" && alert.rule == "Title" && alert.priority == .error)
    #expect(alert.message == "a\\x1bb" && alert.tags == ["selvage"])
    #expect(alert == notice("a\u{1B}b") && alert.id != notice("other").id)
  }
}

import CEvents
import Events
import Rules
import Testing

@testable import Engine

/// What each part of a condition came to.
struct ExplainerTests {
  private struct NoTree: Error {}

  private func explainer(_ policy: Policy) throws -> Explainer {
    guard let explainer = Explainer(policy.rules[0], of: policy, processes: 100) else { throw NoTree() }
    return explainer
  }

  /// Of the last record.
  private func explain(_ stream: TestStream, _ condition: String) throws -> Explanation? {
    let policy = try policy(condition)
    var explainer = try explainer(policy)
    var explanation: Explanation?
    for (index, bytes) in stream.records.enumerated() {
      explanation = explainer.process(try Record(number: UInt64(index + 1), bytes: bytes.span.bytes)) { _ in true }
    }
    return explanation
  }

  private func lines(_ explanation: Explanation?) -> [String] {
    (explanation?.parts ?? []).map { part in
      let content = part.isAbsent ? "absent" : part.contents.joined(separator: " ")
      return "\(part.depth) \(part.value ? "+" : "-") \(part.text): \(content)\(part.decided ? " decided" : "")"
    }
  }

  private func shellBelowServer() -> TestStream {
    var stream = TestStream()
    stream.exec(10, ["nginx"], comm: "nginx")
    stream.exec(11, ["sh"], comm: "sh", parent: 10)
    stream.exec(12, ["id", "x\n"], comm: "id", parent: 11)
    return stream
  }

  @Test func everyPartHasItsValueAndContent() throws {
    let explanation = try explain(
      shellBelowServer(), "evt.type = execve and (proc.aname = nginx or proc.name = none) and not proc.args contains y")
    #expect(explanation?.fires == true && explanation?.recordNumber == 4 && explanation?.event == "execve")
    #expect(
      lines(explanation) == [
        "0 + and: ", "1 + evt.type = execve: \"execve\"", "1 + or: ", "2 + proc.aname = nginx: \"sh\" \"nginx\"",
        "2 - proc.name = none: \"id\"", "1 + not: ", "2 - proc.args contains y: \"x\\x0a\"",
      ])
  }

  @Test func bothEndsAreShown() throws {
    var stream = TestStream()
    stream.socket(.connected, 5, local: "10.0.0.1", remote: "10.0.0.2", localPort: 40_000, remotePort: 22)
    #expect(
      lines(try explain(stream, "fd.ip = 10.0.0.2 and fd.port in (22, 23)")) == [
        "0 + and: ", "1 + fd.ip = 10.0.0.2: 10.0.0.1 10.0.0.2", "1 + fd.port in (22, 23): 40000 22",
      ])
  }

  @Test func absentFieldsThatDecidedAreMarked() throws {
    #expect(
      lines(try explain(shellBelowServer(), "evt.type = execve and proc.name = id and not fd.sip = 10.0.0.1")).last
        == "2 - fd.sip = 10.0.0.1: absent decided")
    // It would not fire with a value either.
    #expect(
      lines(try explain(shellBelowServer(), "evt.type = execve and proc.name = none and fd.sip = 10.0.0.1 or proc.pid = 0"))
        .contains { $0.hasSuffix("fd.sip = 10.0.0.1: absent") })
    // Two of them together.
    let two = lines(try explain(shellBelowServer(), "evt.num > 0 and fd.sip = 10.0.0.1 and fd.sport != 1"))
    #expect(two.count { $0.hasSuffix("absent decided") } == 2)
    // `!=` is false too.
    #expect(two.last == "1 - fd.sport != 1: absent decided")
  }

  @Test func comparisonsOfFunctionsAndFieldsShowEachField() throws {
    #expect(
      lines(try explain(shellBelowServer(), "toupper(proc.name) = ID and proc.name = val(proc.pname) and len(fd.name) > 0")) == [
        "0 - and: ", "1 + toupper(proc.name) = ID: \"id\"", "1 - proc.name = val(proc.pname): \"id\" \"sh\"",
        "1 - len(fd.name) > 0: absent",
      ])
  }

  @Test func aProcessThatEndsIsStillThere() throws {
    var stream = shellBelowServer()
    stream.exit(12, comm: "id")
    #expect(lines(try explain(stream, "evt.type = procexit and proc.pname = sh")).last == "1 + proc.pname = sh: \"sh\"")
  }

  @Test func itFiresWhereTheEngineDoes() throws {
    var stream = shellBelowServer()
    stream.socket(.connect, 12, remote: "10.0.0.2", remotePort: 22)
    stream.exit(12)
    let policy = try policy("proc.aname = nginx and not (proc.name = sh or fd.sport = 22) or evt.type = procexit")
    var explainer = try explainer(policy)
    var fires: [UInt64] = []
    for (index, bytes) in stream.records.enumerated() {
      let number = UInt64(index + 1)
      _ = explainer.process(try Record(number: number, bytes: bytes.span.bytes)) { verdict in
        if verdict.fires { fires.append(number) }
        #expect(verdict.fires == (verdict.missing == 0))
        return false
      }
    }
    #expect(fires == stream.alerts(policy).map(\.recordNumber) && fires == [4, 6])
  }

  @Test func whatIsMissingIsTheLeastThatWouldDo() throws {
    func missing(_ condition: String) throws -> Int? {
      let policy = try policy(condition)
      var explainer = try explainer(policy)
      var missing: Int?
      for (index, bytes) in shellBelowServer().records.enumerated() {
        _ = explainer.process(try Record(number: UInt64(index + 1), bytes: bytes.span.bytes)) { verdict in
          missing = verdict.missing
          return false
        }
      }
      return missing
    }
    #expect(try missing("proc.name = id") == 0)
    #expect(try missing("proc.name = x and proc.pid = 0 and evt.type = execve") == 2)
    #expect(try missing("proc.name = x and proc.pid = 0 or proc.name = y") == 1)
    #expect(try missing("not (proc.name = id or proc.pid = 12)") == 2)
    #expect(try missing("evt.type = execve and not user.shell = host and proc.name = x") == 1)
  }
}

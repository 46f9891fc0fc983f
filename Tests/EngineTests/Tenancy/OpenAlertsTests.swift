import Events
import Rules
import Testing

@testable import Engine

/// Alerts that were raised before it was known whose workload they are about.
@Suite struct OpenAlertsTests {
  private static func policy() throws -> Policy {
    var policy = TenantPolicy()
    policy.add(tenant: "web", match: "container.name startswith web")
    policy.add(rule: "First", "evt.type = execve and proc.name = a")
    policy.add(rule: "Second", "evt.type = execve and proc.name in (a, b)")
    return try policy.policy()
  }

  private static func completed(_ stream: TestStream, _ policy: Policy? = nil) throws -> [Alert] {
    stream.alerts(try policy ?? Self.policy()).filter { $0.rule == "Alert completed" }
  }

  @Test func areCompletedByTheRecordThatTells() throws {
    var stream = TestStream()
    stream.cgroup(10, CgroupPaths.podman(1))
    stream.exec(100, in: 10, comm: "a")
    stream.facts(10, .pending)
    stream.exec(101, in: 10, comm: "b")
    stream.facts(10, .known, [("container.name", "web-1"), ("container.image", "nginx:1")])
    stream.exec(102, in: 10, comm: "b")
    let alerts = stream.alerts(try Self.policy())
    #expect(alerts.map(\.rule) == ["First", "Second", "Second", "Alert completed", "Second"])
    let open = alerts.prefix(3)
    let completed = alerts[3]
    #expect(completed.recordNumber == 6 && completed.tenant == "web" && completed.identity == nil && completed.event == "facts")
    #expect(completed.priority == .warning)
    func value(_ name: String) -> String? { completed.fields.first { $0.name == name }?.value.shown }
    #expect(value("completed.count") == "3")
    #expect(value("completed.ids") == open.map(\.id).joined(separator: ","))
    #expect(value("completed.rules") == "First,Second,Second")
    #expect(value("container.name") == "web-1" && value("container.image") == "nginx:1" && value("workload.kind") == "container")
    #expect(
      completed.message == "Of the tenant web, which was not known yet: "
        + open.map { "\($0.rule) (\($0.id))" }.joined(separator: ", "))
    #expect(stream.alerts(try Self.policy()) == alerts, "the same each time")
  }

  @Test func manyAreNamedAFewATime() throws {
    var stream = TestStream()
    stream.cgroup(10, CgroupPaths.podman(1))
    for number in 0..<100 as Range<UInt32> { stream.exec(100 + number, in: 10, comm: "b") }
    stream.facts(10, .known, [("container.name", "web-1")])
    let completed = try Self.completed(stream)
    func counts(_ alert: Alert) -> String? { alert.fields.first { $0.name == "completed.count" }?.value.shown }
    #expect(completed.map(counts) == ["16", "16", "16", "52"])
    #expect(Set(completed.map(\.id)).count == 4)
    #expect(completed.last?.message.hasSuffix(", and 36 more") == true)
  }

  @Test func nothingIsSaidOfWhatEndsUnknown() throws {
    var stream = TestStream()
    stream.cgroup(10, CgroupPaths.podman(1))
    stream.exec(100, in: 10, comm: "b")
    stream.facts(10, .unknown)
    stream.end(cgroup: 10)
    // Its number is used again.
    stream.cgroup(10, CgroupPaths.podman(2))
    stream.facts(10, .known, [("container.name", "web-2")])
    stream.exec(101, in: 10, comm: "b")
    #expect(try Self.completed(stream).isEmpty)
  }

  @Test func workloadsBeyondTheBoundAreCounted() throws {
    var stream = TestStream()
    for number in 0..<1030 {
      stream.cgroup(UInt64(1000 + number), CgroupPaths.podman(number))
      stream.exec(100, in: UInt64(1000 + number), comm: "b")
    }
    stream.facts(1029, .known, [("container.name", "web")])
    stream.facts(2029, .known, [("container.name", "web")])
    stream.facts(1500, .known, [("container.name", "web")])
    let completed = try Self.completed(stream)
    #expect(completed.count == 2, "the last six found no room")
    #expect(completed.first?.message.hasSuffix("; 6 alerts of other workloads were too many to remember") == true)
    #expect(completed.last?.message.hasSuffix(")") == true)
  }
}

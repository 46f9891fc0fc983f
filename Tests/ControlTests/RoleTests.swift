import Control
import Delivery
import TestSupport
import Testing

/// Each sees what is due to whom the kernel says it is.
@Suite(.serialized, .enabled(if: TestAgent.isPossible, "needs root, and setpriv and python3 for the peers"))
struct RoleTests {
  private let agent: TestAgent

  init() throws {
    agent = try TestAgent()
    agent.append(3, tenant: "a")
    agent.append(2, tenant: "b")
    agent.append(1, tenant: nil)
  }

  private static let calls = [
    "/v1/status", "/v1/workloads", "/v1/tenants", "/v1/alerts", "/v1/explain?cgroup=1", "/v1/workloads?tenant=a",
    "/v1/tenants?tenant=b", "/v1/alerts?tenant=a&follow=1", "/v2/what",
  ]

  /// By user, by group, by name: the first group and others alike.
  @Test(arguments: [(0, [0]), (1000, [9999]), (1234, [2000]), (1234, [9999, 9998, 2000])] as [(UInt32, [UInt32])])
  func staffSeesAll(user: UInt32, groups: [UInt32]) throws {
    #expect(try agent.get("/v1/workloads", user: user, groups: groups).decoded(WorkloadsAnswer.self).workloads.map(\.cgroup) == [1, 2, 3])
    let status = try agent.get("/v1/status", user: user, groups: groups).decoded(StatusAnswer.self)
    #expect(status.role == "staff" && status.rules == 7 && status.alertsKept == 6 && status.records == 99)
    #expect(status.sinks?.count == 1 && status.lost == ["execve": 3] && status.tenants.map(\.alerts) == [5, 5])
    let tenants = try agent.get("/v1/tenants", user: user, groups: groups).decoded(TenantsAnswer.self).tenants
    #expect(tenants.map(\.name) == ["a", "b"] && tenants.map(\.workloads) == [1, 1])
    #expect(try agent.get("/v1/alerts", user: user, groups: groups).body.split(separator: "\"rule\"").count == 7)
    #expect(try agent.get("/v1/explain?cgroup=3", user: user, groups: groups).decoded(ExplainAnswer.self).clauses.count == 2)
    #expect(try agent.get("/v1/reload", user: user, groups: groups, method: "POST").decoded(ReloadAnswer.self).reloaded)
    let several = try agent.get("/v1/explain?container=w", user: user, groups: groups)
    #expect(several.status == 409 && several.body.contains("id1, id2, id3"))
    #expect(try agent.get("/v1/explain?cgroup=4", user: user, groups: groups).status == 404)
    #expect(try agent.get("/v1/alerts?tenant=c", user: user, groups: groups).status == 404)
    #expect(agent.said.isEmpty)
  }

  @Test(arguments: [(1001, [9999], "a"), (1234, [2002], "b"), (1234, [9999, 1], "b"), (65534, [9999], "b")] as [(UInt32, [UInt32], String)])
  func anOwnerSeesItsTenantsOwn(user: UInt32, groups: [UInt32], tenant: String) throws {
    let cgroup: UInt64 = tenant == "a" ? 1 : 2
    let other = tenant == "a" ? "b" : "a"
    for path in ["/v1/workloads", "/v1/workloads?tenant=\(tenant)"] {
      let workloads = try agent.get(path, user: user, groups: groups).decoded(WorkloadsAnswer.self).workloads
      #expect(workloads.map(\.cgroup) == [cgroup])
    }
    let status = try agent.get("/v1/status", user: user, groups: groups).decoded(StatusAnswer.self)
    #expect(status.role == "owner" && status.rules == 1 && status.workloads == 1 && status.tenants.map(\.name) == [tenant])
    #expect(status.alertsKept == (tenant == "a" ? 3 : 2) && status.records == nil && status.sinks == nil && status.socket == nil)
    let tenants = try agent.get("/v1/tenants", user: user, groups: groups)
    #expect(try tenants.decoded(TenantsAnswer.self).tenants.map(\.name) == [tenant] && tenants.body.contains("rule of \(tenant)"))
    #expect(try agent.get("/v1/alerts", user: user, groups: groups).body.split(separator: "\"rule\"").count == (tenant == "a" ? 4 : 3))
    let explained = try agent.get("/v1/explain?cgroup=\(cgroup)", user: user, groups: groups).decoded(ExplainAnswer.self)
    #expect(explained.clauses.map(\.tenant) == [tenant] && explained.rulesets.map(\.name) == ["base"])
    #expect(explained.rulesets.first?.listedBy == [tenant])

    #expect(try agent.get("/v1/explain?container=w", user: user, groups: groups).decoded(ExplainAnswer.self).workload.cgroup == cgroup)

    // What is another's, what may be another's, what is the site's and what isn't there are answered alike.
    let refused = try [
      "/v1/workloads?tenant=\(other)", "/v1/workloads?tenant=none", "/v1/tenants?tenant=\(other)", "/v1/alerts?tenant=\(other)",
      "/v1/alerts?tenant=none&follow=1", "/v1/explain?cgroup=\(3 - cgroup)", "/v1/explain?cgroup=3", "/v1/explain?cgroup=77",
    ].map { try agent.get($0, user: user, groups: groups) } + [agent.get("/v1/reload", user: user, groups: groups, method: "POST")]
    #expect(refused.allSatisfy { $0.status == 403 } && Set(refused.map(\.body)).count == 1)
    #expect(agent.said.count == refused.count)
    #expect(agent.said.allSatisfy { $0.contains("to user \(user), process ") }, "\(agent.said)")
  }

  @Test func aStrangerSeesNothing() throws {
    let answers = try Self.calls.map { try agent.get($0, user: 1234) } + [agent.get("/v1/reload", user: 1234, method: "POST")]
    #expect(answers.allSatisfy { $0.status == 403 } && Set(answers.map(\.body)).count == 1)
    #expect(agent.said.count == 10 && agent.said.first?.contains("refused GET /v1/status to user 1234") == true)
    // From then on they are counted.
    for _ in 0..<5 { _ = try agent.get("/v1/status", user: 1234) }
    #expect(agent.said.count == 10)
    // Another's calls are told all the same; what is asked for can't act on a terminal.
    _ = try agent.get("/v1/\u{1B}]0;x", user: 1235)
    _ = try agent.get("/v1/%0a%1b[2Jforged", user: 1236)
    #expect(agent.said.count == 12 && agent.said.allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 } })
    #expect(try agent.get("/v1/status", user: 0).decoded(StatusAnswer.self).socket?.refused == 17)
  }

  /// The policy says who owns what, from the moment that it holds.
  @Test func ownersChangeWithThePolicy() throws {
    #expect(try agent.get("/v1/status", user: 1001).status == 200)
    agent.board.replace(PolicyBoard.Outline(rules: 1, tenants: [TestAgent.tenant("a", ["user:1009"])], sinceNanoseconds: 0))
    #expect(try agent.get("/v1/status", user: 1001).status == 403)
    #expect(try agent.get("/v1/status", user: 1009).status == 200)
  }

  @Test func groupsAreThoseOfTheConnectionHoweverMany() throws {
    let many = [9999] + (3000..<3500).map { UInt32($0) } + [2002]
    #expect(try agent.get("/v1/status", user: 1234, groups: many).status == 200)
  }
}

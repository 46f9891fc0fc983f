import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// A running agent tells each what is theirs.
@Suite(.serialized, .enabled(if: AskedNode.isPossible, "needs root, setpriv and cgroup2"))
struct AgentAnswerTests {
  private typealias Person = AskedNode.Person

  private let node: AskedNode

  init() throws { node = try AskedNode() }

  private func end(_ agent: Program) throws {
    agent.signal(SIGTERM)
    let end = try agent.finish()
    #expect(end.status == 0, "\(end.errors)")
  }

  @Test func eachSeesWhatIsTheirs() throws {
    let agent = try node.agent()
    for name in ["a", "b"] { try node.run(name, "of-\(name)") }
    _ = try Program("/bin/true", node.mark, "of-nobody").finish()
    try #require(eventually { lines(contents("\(node.folder.path)/alerts.json")).count == 3 })

    for person in [Person.root, .staff] {
      let alerts = try node.ask(person, "alerts")
      #expect(alerts.status == 0 && ["of-a", "of-b", "of-nobody"].allSatisfy { alerts.output.contains($0) }, "\(alerts)")
      let workloads = try node.ask(person, "workloads")
      #expect(workloads.output.contains(node.service("a")) && workloads.output.contains(node.service("b")), "\(workloads)")
      #expect(try node.ask(person, "tenants").output.contains("unassigned"))
      #expect(try node.ask(person, "status").output.contains("kept for selvage alerts"))
      #expect(try node.ask(person, "reload").output == "Reloaded: 1 rules.\n")
    }
    for (person, own, other) in [(Person.owner, "a", "b"), (.other, "b", "a")] {
      let alerts = try node.ask(person, "alerts", "--json")
      #expect(lines(Array(alerts.output.utf8)).count == 1 && alerts.output.contains("of-\(own)"), "\(alerts)")
      let workloads = try node.ask(person, "workloads")
      #expect(workloads.output.contains(node.service(own)) && !workloads.output.contains(node.service(other)), "\(workloads)")
      let tenants = try node.ask(person, "tenants")
      #expect(tenants.output.contains("\n\(own) ") && !tenants.output.contains("\n\(other) ") && !tenants.output.contains("unassigned"))
      let status = try node.ask(person, "status")
      #expect(status.status == 0 && status.output.contains("workloads 1\n") && !status.output.contains("kept for"), "\(status)")
      #expect(try node.ask(person, "tenant", "explain", node.cgroup(own)).output.contains("Tenant \(own): yes"))
      // Another's and what isn't there: the same words.
      let refused = try [
        node.ask(person, "tenant", "explain", node.cgroup(other)), node.ask(person, "tenant", "explain", "no-such-container"),
        node.ask(person, "alerts", "--tenant", other), node.ask(person, "alerts", "--tenant", "none"),
        node.ask(person, "workloads", "--tenant", other), node.ask(person, "reload"),
      ]
      #expect(refused.allSatisfy { $0.status == 1 && $0.output.isEmpty } && Set(refused.map(\.errors)).count == 1, "\(refused)")
    }
    let refused = try [
      node.ask(.stranger, "status"), node.ask(.stranger, "workloads"), node.ask(.stranger, "tenants"),
      node.ask(.stranger, "alerts", "--follow"), node.ask(.stranger, "reload"), node.ask(.stranger, "tenant", "explain", "1"),
    ]
    #expect(refused.allSatisfy { $0.status == 1 && $0.output.isEmpty } && Set(refused.map(\.errors)).count == 1, "\(refused)")
    for call in ["GET /v1/status to user 61003", "POST /v1/reload to user 61001", "GET /v1/alerts?tenant=a to user 61002"] {
      #expect(agent.errors.contains("control socket: refused \(call), process "), "\(agent.errors)")
    }
    try end(agent)
  }

  @Test func explanationsNameFactsClausesAndRulesets() throws {
    try node.folder.write(
      contents("\(node.folder.path)/tenants.yaml")
        + Array("\nrulesets:\n- ruleset: services\n  when: workload.kind = systemd-unit\n  files: [own.yaml]\n".utf8), "tenants.yaml")
    try node.folder.write(Selvage.rule("Own", "evt.type = execve and proc.name = nothing"), "own.yaml")
    let agent = try node.agent()
    let program = try node.stay("a")
    for subject in ["\(program.id)", node.cgroup("a"), String(node.cgroup("a").dropFirst((AskedNode.hierarchy ?? "").count))] {
      let text = try node.ask(.root, "tenant", "explain", subject)
      #expect(text.status == 0 && text.output.contains("systemd-unit \(node.service("a")), identity known"), "\(text)")
      #expect(text.output.contains("tenant  a\n") && text.output.contains("Tenant a: yes") && text.output.contains("Ruleset services: active"))
      #expect(text.output.contains("workload.kind = systemd-unit"), "\(text)")
    }
    #expect(try node.ask(.root, "tenant", "explain", "4294967295").status == 2)
    #expect(try node.ask(.root, "tenant", "explain", "/no/such/cgroup").status == 2)
    program.signal(SIGKILL)
    _ = try program.finish()
    try end(agent)
  }

  @Test func whoFollowsGetsItsOwnAsTheyCome() throws {
    let agent = try node.agent()
    let owner = try node.start(.owner, "alerts", "--follow", "--json")
    let staff = try node.start(.root, "alerts", "--follow", "--rule", "Mark")
    #expect(try eventually { try node.ask(.root, "status").output.contains("socket    3 connections") })
    for i in 0..<20 { for name in ["a", "b"] { try node.run(name, "\(name)-\(i).") } }
    #expect(eventually { owner.output.contains("a-19.") && staff.output.contains("b-19.") })
    let told = lines(Array(owner.output.utf8))
    #expect(told.count == 20 && told.allSatisfy { $0.contains("\"tenant\":\"a\"") }, "\(told.count)")
    #expect(lines(Array(staff.output.utf8)).count == 40 && staff.output.contains("Warning       b Mark: ran true"), "\(staff.output)")
    try end(agent)
    let ends = try [owner.finish(), staff.finish()]
    #expect(ends.allSatisfy { $0.status == 1 && $0.errors.contains("the agent ended") }, "\(ends)")
  }

  @Test func aReloadThatFailsSaysWhy() throws {
    let agent = try node.agent()
    let rules = contents("\(node.folder.path)/rules.yaml")
    try node.folder.write(rules + Array("- {rule: x, condition: proc.nmae = x, desc: d, output: o, priority: info}\n".utf8), "rules.yaml")
    let failed = try node.ask(.staff, "reload")
    #expect(failed.status == 1 && failed.errors.contains("rules.yaml:2:24: error: unknown field 'proc.nmae'"), "\(failed)")
    #expect(failed.errors.contains("the rules stay as they were"))
    let json = try node.ask(.staff, "reload", "--json")
    #expect(json.status == 1 && json.output.contains("\"reloaded\" : false") && json.output.contains("\"line\" : 2"), "\(json)")
    try node.folder.write(rules, "rules.yaml")
    #expect(try node.ask(.staff, "reload").status == 0)

    // A tenant's broken file is its own trouble: its owner reads what is wrong, nobody else's rules change.
    for folder in ["tenants", "tenants/a"] { #expect(mkdir("\(node.folder.path)/\(folder)", 0o755) == 0) }
    try node.folder.write("- {rule: mine, condition: proc.nmae = x, desc: d, output: o, priority: info}\n", "tenants/a/r.yaml")
    #expect(try node.ask(.staff, "reload").output == "Reloaded: 1 rules.\n")
    let own = try node.ask(.owner, "tenants", "a")
    #expect(own.status == 0 && own.output.contains("files     leftOut") && own.output.contains("tenants/a/r.yaml:1:27: error"), "\(own)")
    #expect(try !node.ask(.other, "tenants", "--json").output.contains("nmae"))
    try node.folder.write(Selvage.rule("Mine", "evt.type = execve"), "tenants/a/r.yaml")
    #expect(try node.ask(.staff, "reload").output == "Reloaded: 2 rules.\n")
    let mended = try node.ask(.owner, "tenants", "a")
    #expect(mended.output.contains("files     whole") && mended.output.contains("\nMine  full"), "\(mended)")
    try end(agent)
  }

  @Test func hostileTextIsHarmlessOnATerminal() throws {
    let agent = try node.agent()
    try node.run("a", "\u{1B}]0;x\u{7}\n<forged>\u{202E}")
    #expect(try eventually { try node.ask(.owner, "alerts").output.contains("\\x0a<forged>") })
    for command in [["alerts"], ["workloads"], ["status"]] {
      let text = try node.ask(.owner, command[0]).output
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E }, "\(text)")
    }
    try end(agent)
  }

  /// While they hold on, the stream goes on, and whoever else asks is answered.
  @Test(.enabled(if: access("/usr/bin/python3", X_OK) == 0, "needs python3"))
  func hostileClientsStallNothing() throws {
    let agent = try node.agent()
    let script = """
      import socket, sys, time
      def knock(data=b""):
        s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
        try: s.sendall(data)
        except OSError: pass  # refused, as too many are there
        return s
      held = [knock() for _ in range(100)]
      for _ in range(2000):
        try: knock(b"GET /v1/workloads HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n").close()
        except OSError: pass
      held += [knock(b"GET /v1/alerts?follow=1 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n") for _ in range(4)]
      print("done", file=sys.stderr, flush=True)
      time.sleep(600)
      """
    let peers = try [Person.root, .owner, .stranger].map { person in
      try Program(
        "/usr/bin/setpriv",
        ["--reuid=\(person.rawValue)", "--regid=\(person.rawValue)", "--clear-groups", "/usr/bin/python3", "-c", script, node.socket]
          .map { Array($0.utf8) })
    }
    for i in 0..<200 { _ = try Program("/bin/true", node.mark, "\(i)").finish() }
    for peer in peers { try peer.says("done", seconds: 120) }
    #expect(eventually { lines(contents("\(node.folder.path)/alerts.json")).count == 200 })
    #expect(try node.ask(.other, "status").status == 0)
    for peer in peers { peer.signal(SIGKILL) }
    try end(agent)
    #expect(lines(contents("\(node.folder.path)/alerts.json")).count == 200, "no 'Events lost' among them")
  }

  @Test func whereNoAgentIsItSaysWhatToDo() throws {
    for command in [["status"], ["alerts", "--follow"], ["reload"], ["tenant", "explain", "1"]] {
      let end = try Program.run(Selvage.path, command + ["--socket", node.socket])
      #expect(end.status == 3 && end.errors.contains("no agent answers there: start one"), "\(end)")
    }
    for arguments in [["alerts", "--since", "yesterday"], ["alerts", "--last", "-1"], ["tenant", "explain", "cgroup:x"], ["status", "x"]] {
      #expect(try Program.run(Selvage.path, arguments).status == 2, "\(arguments)")
    }
  }

  @Test(arguments: [
    "staff: [nobody]", "staff: [\"user:\"]", "kept_alerts: {alerts: 0}", "kept_alerts: {x: 1}", "control_socket: []",
  ])
  func aWrongSettingIsTold(text: String) throws {
    let file = try node.folder.write("rules: [rules.yaml]\n\(text)\n", "wrong.yaml")
    let end = try Program.run(Selvage.path, ["run", "--config", file, "--seconds", "1"])
    #expect(end.status == 2 && end.errors.contains("wrong.yaml:2:"), "\(end)")
  }
}

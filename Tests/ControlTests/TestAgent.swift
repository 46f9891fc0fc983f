import Control
import Delivery
import Discovery
import Engine
import Events
import FoundationEssentials
import Glibc
import Rules
import Synchronization
import TestSupport

/// A server with a thread behind it that answers as an agent would.
final class TestAgent: Sendable {
  static let isPossible = geteuid() == 0 && access("/usr/bin/python3", X_OK) == 0 && access("/usr/bin/setpriv", X_OK) == 0

  let folder: TemporaryFolder
  let history: AlertHistory
  let mailbox: Mailbox
  let server: ControlServer
  let board: PolicyBoard
  private let bell: Bell
  private let lines = Mutex<[String]>([])
  private let isClosed = Atomic<Bool>(false)

  var socket: String { "\(folder.path)/control.sock" }
  /// Of refused calls.
  var said: [String] { lines.withLock { $0 } }

  /// Tenants a and b, each with a workload, owned by user 1001 and by groups 2002 and `daemon`.
  init(
    staff: [String] = ["user:1000", "group:2000"], limits: AlertHistory.Limits = AlertHistory.Limits(),
    patience: ControlSettings.Patience = ControlSettings.Patience(), metricsAddress: String? = nil,
    reply: @escaping @Sendable (Question) -> Reply? = TestAgent.reply
  ) throws {
    folder = try TemporaryFolder()
    try expect(chmod(folder.path, 0o755) == 0, "chmod")
    history = AlertHistory(limits)
    bell = try Bell()
    mailbox = Mailbox(bell: bell)
    board = PolicyBoard(
      agent: PolicyBoard.Agent(version: "1.2.3", node: "node-1", kernel: "6.1", startedNanoseconds: 0),
      policy: PolicyBoard.Outline(
        rules: 7, tenants: [Self.tenant("a", ["user:1001"]), Self.tenant("b", ["group:2002", "group:daemon", "user:nobody"])],
        sinceNanoseconds: 0))
    var settings = ControlSettings(path: "\(folder.path)/control.sock", staff: staff.compactMap { Owner($0) }, hierarchy: "/sys/fs/cgroup")
    settings.patience = patience
    settings.metricsAddress = metricsAddress
    let said = Said()
    server = try ControlServer(
      settings, board: board, mailbox: mailbox, history: history, delivery: { DeliveryStatus(stages: StageCounts(), sinks: [SinkStatus(name: "s")]) },
      say: { said.add($0) })
    said.agent = self
    try DetachedThread.start { self.answer(reply) }
  }

  deinit { close() }

  func close() {
    guard !isClosed.exchange(true, ordering: .relaxed) else { return }
    server.close()
    bell.ring()
  }

  /// The server is made before there is anybody to tell.
  private final class Said: Sendable {
    private let box = Mutex<WeakAgent>(WeakAgent())
    private struct WeakAgent { weak var agent: TestAgent? }
    var agent: TestAgent? {
      get { box.withLock { $0.agent } }
      set { box.withLock { $0.agent = newValue } }
    }
    func add(_ line: String) { agent?.lines.withLock { $0.append(line) } }
  }

  private func answer(_ reply: @Sendable (Question) -> Reply?) {
    while !isClosed.load(ordering: .relaxed) {
      _ = bell.wait(milliseconds: 1000)
      while let ticket = mailbox.take() { ticket.answer(reply(ticket.question)) }
    }
  }

  static func tenant(_ name: String, _ owners: [String]) -> PolicyBoard.Outline.Tenant {
    PolicyBoard.Outline.Tenant(
      answer: TenantAnswer(
        name: name, description: "Tenant \(name)", owners: owners, rulesets: ["base"], files: "leftOut",
        rules: [TenantAnswer.Rule(name: "rule of \(name)", file: "tenants/\(name)/r.yaml", line: 1, status: "full", enabled: true)],
        diagnostics: []), owners: owners.compactMap { Owner($0) })
  }

  static func workload(_ cgroup: UInt64, _ tenant: String?, candidates: [String] = []) -> WorkloadAnswer {
    WorkloadAnswer(
      kind: "container", name: "w\(cgroup)", id: "id\(cgroup)", cgroup: cgroup, path: "/w\(cgroup)", identity: tenant == nil ? "pending" : "known",
      tenant: tenant, candidates: candidates, rulesets: ["base"], events: 10, alerts: 1)
  }

  /// Cgroups 1 and 2 are a's and b's, of 3 it is not sure.
  static let workloads = [workload(1, "a"), workload(2, "b"), workload(3, nil, candidates: ["a", "b"])]

  static let counts = ["a", "b"].map { TenantCounts(name: $0, workloads: 1, events: 10, alerts: 5) }

  @Sendable static func reply(_ question: Question) -> Reply? {
    switch question {
    case .state: .state(AgentState(records: 99, lost: ["execve": 3], sources: []))
    case .workloads: .workloads(workloads, counts)
    case .explain(.cgroup(let id)): .explanations(workloads.filter { $0.cgroup == id }.map(explanation))
    case .explain(.container("w")): .explanations(workloads.map(explanation))
    case .explain: .explanations([])
    case .reload: .reloaded(ReloadAnswer(reloaded: true, rules: 7, reason: nil, diagnostics: []))
    }
  }

  static func explanation(_ workload: WorkloadAnswer) -> ExplainAnswer {
    let part = ExplainAnswer.Part(depth: 0, text: "k8s.ns.name = x", value: "yes", contents: ["x"])
    return ExplainAnswer(
      workload: workload, facts: [ExplainAnswer.Fact(name: "k8s.ns.name", value: "x", source: "cri", ageSeconds: 1)],
      clauses: [ExplainAnswer.Clause(tenant: "a", value: "yes", parts: [part]), ExplainAnswer.Clause(tenant: "b", value: "no", parts: [part])],
      rulesets: [
        ExplainAnswer.Ruleset(name: "base", active: true, listedBy: ["a", "b"], value: nil, parts: []),
        ExplainAnswer.Ruleset(name: "secret", active: false, listedBy: [], value: "no", parts: [part]),
      ])
  }

  func append(_ count: Int, tenant: String?, message: String = "m") {
    for number in 0..<count {
      history.append(
        Alert(
          id: "i", recordNumber: UInt64(number), timestampNanoseconds: 1_795_508_100_000_000_000 + Int64(number), node: "n",
          rule: "r", ruleDescription: "", priority: .warning, tags: [], tenant: tenant, event: "execve", message: message,
          fields: []))
    }
  }

  // MARK: - Peers

  struct Answer {
    let status: Int
    let body: String

    func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
      try JSONDecoder().decode(type, from: Data(body.utf8))
    }
  }

  /// Asks as another user.
  ///
  /// - Parameter groups: the first is the process's own.
  func get(_ path: String, user: UInt32, groups: [UInt32] = [9999], method: String = "GET") throws -> Answer {
    let text = try peer(
      """
      sys.stdout.buffer.write(told(knock(b"\(method) \(path) HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")))
      """, user: user, groups: groups
    ).finish().output
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    let status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return Answer(status: status ?? 0, body: parts.count == 2 ? String(parts[1]) : "")
  }

  /// A process of another user that runs Python, with `knock` to connect.
  func peer(_ script: String, user: UInt32 = 0, groups: [UInt32] = [9999]) throws -> TestSupport.Program {
    let text = """
      import os, socket, sys, time
      def knock(data=b""):
        s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
        try: s.sendall(data)
        except OSError: pass  # what was said before the end is there to be read
        return s
      def told(s):
        said = b""
        try:
          while data := s.recv(65536): said += data
        except OSError as e: said = said or repr(e).encode()
        return said
      \(script)
      """
    let others = groups.dropFirst().map { "\($0)" }.joined(separator: ",")
    let arguments = [
      "--reuid=\(user)", "--regid=\(groups.first ?? 9999)", others.isEmpty ? "--clear-groups" : "--groups=\(others)",
      "/usr/bin/python3", "-c", text, socket,
    ]
    return try TestSupport.Program("/usr/bin/setpriv", arguments.map { Array($0.utf8) })
  }
}

func expect(_ holds: Bool, _ what: String) throws {
  if !holds { throw TestFailure(what) }
}

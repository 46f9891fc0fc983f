internal import Delivery
internal import Events
internal import HTTPTypes

/// Answers calls, each to whom it is due. What is not the caller's is as if it weren't there.
struct Answerer: Sendable {
  let board: PolicyBoard
  let mailbox: Mailbox
  let history: any AlertArchive
  let access: AccessRules
  let refusals: RefusalLog
  let connections: ConnectionBook
  /// Where the cgroup2 hierarchy is mounted.
  let hierarchy: String
  /// How alerts fare.
  let delivery: @Sendable () -> DeliveryStatus

  private static let followedAtFirst = 10

  func answer(_ request: HTTPRequest, _ peer: Peer) async -> Answer {
    let text = "\(request.method.rawValue) \(request.path ?? "")"
    let policy = board.policy
    let role = await access.role(of: peer, tenants: policy.tenants.map { ($0.answer.name, $0.owners) })
    if role == .stranger { return refused(peer, text, "neither of the security staff nor owner of a tenant") }
    let call: Call
    do throws(Call.Fault) { call = try Call(request) } catch { return Self.refusal(error.status, error.reason) }
    switch call {
    case .status: return await status(role, policy)
    case .workloads(let tenant):
      guard let tenants = visible(tenant, role, policy) else { return notTheirs(peer, text, role) }
      return await workloads(tenants, role)
    case .tenants(let tenant):
      guard let tenants = visible(tenant, role, policy) else { return notTheirs(peer, text, role) }
      return await self.tenants(policy, tenants)
    case .alerts(let asked):
      guard let tenants = visible(asked.tenant, role, policy) else { return notTheirs(peer, text, role) }
      let selection = AlertSelection(tenants: tenants.names, rule: asked.rule, since: asked.since)
      let last = asked.last ?? (asked.isFollowing && asked.since == nil ? Self.followedAtFirst : nil)
      return .alerts(history.reader(selection, last: last), isFollowing: asked.isFollowing)
    case .explain(let subject): return await explain(subject, role, peer, text)
    case .metrics:
      guard role == .staff else { return refused(peer, text, "metrics are of the whole node") }
      return await metrics(policy, withTenants: true)
    case .reload:
      guard role == .staff else { return refused(peer, text, "only the security staff may reload") }
      guard case .reloaded(let answer)? = await mailbox.ask(.reload) else { return Self.busy }
      return .json(answer.reloaded ? .ok : .unprocessableContent, JSONBytes.of(answer))
    }
  }

  /// Of somebody who is known by nothing.
  func scrape(_ request: HTTPRequest) async -> Answer {
    guard case .metrics? = try? Call(request) else { return Self.refusal(.notFound, "there is /metrics, and nothing else") }
    return await metrics(board.policy, withTenants: false)
  }

  /// What came was no request.
  func malformed(_ peer: Peer) -> Answer {
    refusals.note(peer, "what is no HTTP request", "malformed")
    return Self.refusal(.badRequest, "that is no request that can be answered")
  }

  // MARK: - Who may see what

  /// Tenants of which something may be shown.
  private enum Visible {
    case all
    case some(Set<String>)

    /// nil: all.
    var names: Set<String>? { if case .some(let names) = self { names } else { nil } }

    func contains(_ tenant: String?) -> Bool { names.map { names in tenant.map(names.contains) ?? false } ?? true }
  }

  /// - Parameter tenant: that is asked for; nil: all there are.
  /// - Returns: nil: it is not for the caller, or isn't there.
  private func visible(_ tenant: String?, _ role: Role, _ policy: PolicyBoard.Outline) -> Visible? {
    switch (role, tenant) {
    case (.staff, nil): .all
    case (.staff, let tenant?): policy.tenants.contains { $0.answer.name == tenant } ? .some([tenant]) : nil
    case (.owner(let own), nil): .some(own)
    case (.owner(let own), let tenant?): own.contains(tenant) ? .some([tenant]) : nil
    case (.stranger, _): nil
    }
  }

  private func notTheirs(_ peer: Peer, _ text: String, _ role: Role) -> Answer {
    if role == .staff { return Self.refusal(.notFound, "there is no such tenant or workload") }
    return refused(peer, text, "not of a tenant that the caller owns")
  }

  private func refused(_ peer: Peer, _ text: String, _ reason: String) -> Answer {
    refusals.note(peer, text, reason)
    // The same whatever was asked for, and whether that is there or not.
    return Self.refusal(.forbidden, "not allowed: this is for the security staff, and for owners as far as it is their tenants'")
  }

  private static func refusal(_ status: HTTPResponse.Status, _ reason: String) -> Answer {
    .json(status, JSONBytes.of(RefusalAnswer(error: reason)))
  }

  private static var busy: Answer { refusal(.serviceUnavailable, "the agent ends, or is asked too much; try again") }

  // MARK: - Answers

  private func workloads(_ tenants: Visible, _ role: Role) async -> Answer {
    guard case .workloads(let all, _)? = await mailbox.ask(.workloads) else { return Self.busy }
    return .json(.ok, JSONBytes.of(WorkloadsAnswer(Self.shown(all, tenants, role))))
  }

  private static func shown(_ all: [WorkloadAnswer], _ tenants: Visible, _ role: Role) -> [WorkloadAnswer] {
    let shown = all.filter { tenants.contains($0.tenant) }
    guard case .owner(let own) = role else { return shown }
    return shown.map { $0.limited(to: own) }
  }

  private func tenants(_ policy: PolicyBoard.Outline, _ tenants: Visible) async -> Answer {
    guard case .workloads(_, let all)? = await mailbox.ask(.workloads) else { return Self.busy }
    let counts = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
    let answers = policy.tenants.filter { tenants.contains($0.answer.name) }.map { tenant in
      var answer = tenant.answer
      guard let counts = counts[answer.name] else { return answer }
      (answer.workloads, answer.events, answer.alerts) = (counts.workloads, counts.events, counts.alerts)
      return answer
    }
    return .json(.ok, JSONBytes.of(TenantsAnswer(tenants: answers)))
  }

  private func explain(_ subject: Question.Subject, _ role: Role, _ peer: Peer, _ text: String) async -> Answer {
    var subject = subject
    if case .process(let pid) = subject {
      guard let cgroup = ProcessCgroup.id(of: pid, hierarchy: hierarchy) else { return notTheirs(peer, text, role) }
      subject = .cgroup(cgroup)
    }
    guard case .explanations(var found)? = await mailbox.ask(.explain(subject)) else { return Self.busy }
    if case .owner(let own) = role {
      found = found.filter { $0.workload.tenant.map(own.contains) ?? false }.map { $0.limited(to: own) }
    }
    guard let first = found.first else { return notTheirs(peer, text, role) }
    guard found.count == 1 else {
      let ids = found.map(\.workload.id).joined(separator: ", ")
      return Self.refusal(.conflict, "there are several; say which by more of its id: \(ids)")
    }
    return .json(.ok, JSONBytes.of(first))
  }

  private func metrics(_ policy: PolicyBoard.Outline, withTenants: Bool) async -> Answer {
    guard case .state(let state)? = await mailbox.ask(.state), case .workloads(let all, let counts)? = await mailbox.ask(.workloads) else {
      return Self.busy
    }
    var delivery = delivery()
    if !withTenants { delivery.sinks.removeAll { $0.tenant != nil } }
    let metrics = Metrics(
      agent: board.agent, rules: policy.rules, state: state, delivery: delivery, workloads: all.count,
      tenants: withTenants ? counts : nil)
    return .whole(.ok, type: OpenMetricsText.contentType, metrics.text)
  }

  private func status(_ role: Role, _ policy: PolicyBoard.Outline) async -> Answer {
    guard case .state(let state)? = await mailbox.ask(.state), case .workloads(let all, let counts)? = await mailbox.ask(.workloads) else {
      return Self.busy
    }
    let tenants: Visible = if case .owner(let own) = role { .some(own) } else { .all }
    let mine = policy.tenants.filter { tenants.contains($0.answer.name) }
    let workloads = all.filter { tenants.contains($0.tenant) }
    var status = StatusAnswer(
      version: board.agent.version, node: board.agent.node, kernel: board.agent.kernel,
      started: Self.time(board.agent.startedNanoseconds), role: role == .staff ? "staff" : "owner",
      rules: role == .staff ? policy.rules : mine.reduce(0) { $0 + $1.answer.rules.count { $0.enabled } },
      rulesSince: Self.time(policy.sinceNanoseconds), lost: state.lost,
      tenants: counts.filter { tenants.contains($0.name) }, workloads: workloads.count, alertsKept: history.count(tenants: tenants.names))
    guard role == .staff else { return .json(.ok, JSONBytes.of(status)) }
    status.records = state.records
    status.sources = state.sources
    let delivery = delivery()
    status.sinks = delivery.sinks.map(StatusAnswer.Sink.init)
    status.spool = delivery.spool.map(StatusAnswer.Spool.init)
    status.socket = StatusAnswer.Socket(connections: connections.count, refused: refusals.count)
    return .json(.ok, JSONBytes.of(status))
  }

  private static func time(_ nanoseconds: Int64) -> String { CivilTime(nanosecondsSince1970: nanoseconds).formatted(fractionDigits: 0) }
}

extension StatusAnswer.Spool {
  fileprivate init(_ status: SpoolStatus) {
    self.init(
      appended: status.appended, committed: status.committed, waiting: status.waiting, refused: status.refused,
      unkept: status.unkept, unspooled: status.unspooled, rows: status.rows, dropped: status.dropped,
      bytes: status.fileBytes + status.logBytes, lastSequence: status.lastSequence, failure: status.failure)
  }
}

extension StatusAnswer.Sink {
  fileprivate init(_ status: SinkStatus) {
    self.init(
      name: status.name, confirmation: status.confirmation.rawValue, offered: status.offered, filtered: status.filtered,
      delivered: status.delivered, refused: status.refused, failed: status.failed, dropped: status.dropped,
      waiting: status.waiting,
      oldest: status.oldestNanoseconds.map { CivilTime(nanosecondsSince1970: $0).formatted(fractionDigits: 0) },
      retries: status.retries, lastError: status.lastError)
  }
}

internal import Events
internal import HTTPTypes
internal import HummingbirdCore

/// What is asked for, as far as it is understood.
enum Call: Equatable, Sendable {
  case status
  case workloads(tenant: String?)
  case tenants(tenant: String?)
  case alerts(Alerts)
  case explain(Question.Subject)
  case reload
  case metrics

  struct Alerts: Equatable, Sendable {
    var tenant: String?
    var rule: String?
    var since: Int64?
    var last: Int?
    var isFollowing = false
  }

  /// Why something is no call.
  struct Fault: Error {
    let status: HTTPResponse.Status
    let reason: String
  }

  init(_ request: HTTPRequest) throws(Fault) {
    let uri = URI(request.path ?? "")
    var query: [String: String] = [:]
    for (name, value) in uri.queryParameters { query[String(name)] = String(value) }
    let isPost = request.method == .post
    guard isPost || request.method == .get else { throw Fault(status: .methodNotAllowed, reason: "GET or POST") }
    switch (uri.path, isPost) {
    case ("/v1/status", false): self = .status
    case ("/v1/workloads", false): self = .workloads(tenant: query["tenant"])
    case ("/v1/tenants", false): self = .tenants(tenant: query["tenant"])
    case ("/v1/alerts", false): self = .alerts(try Self.alerts(query))
    case ("/v1/explain", false): self = .explain(try Self.subject(query))
    case ("/metrics", false): self = .metrics
    case ("/v1/reload", true): self = .reload
    case ("/v1/reload", false): throw Fault(status: .methodNotAllowed, reason: "reload is asked for by POST")
    default: throw Fault(status: .notFound, reason: "no such path; docs/control.md names them")
    }
  }

  private static func alerts(_ query: [String: String]) throws(Fault) -> Alerts {
    var alerts = Alerts(tenant: query["tenant"], rule: query["rule"])
    alerts.isFollowing = query["follow"] == "1"
    if let text = query["since"] {
      guard let since = CivilTime.nanoseconds(text) else {
        throw Fault(status: .badRequest, reason: "'since' is a time as 2026-11-24T08:15:00Z")
      }
      alerts.since = since
    }
    if let text = query["last"] {
      guard let last = Int(text), last >= 0 else { throw Fault(status: .badRequest, reason: "'last' is a number of alerts") }
      alerts.last = last
    }
    return alerts
  }

  private static func subject(_ query: [String: String]) throws(Fault) -> Question.Subject {
    if let pid = query["pid"].flatMap({ UInt32($0) }) { return .process(pid) }
    if let cgroup = query["cgroup"].flatMap({ UInt64($0) }) { return .cgroup(cgroup) }
    if let container = query["container"], !container.isEmpty, container.utf8.count <= 256 { return .container(container) }
    throw Fault(status: .badRequest, reason: "one of 'pid', 'cgroup' (its id) and 'container' says of what")
  }
}

internal import Events
package import Rules

/// Tells which alerts somebody wants, by a condition over them. As in rules, every comparison of what an alert does not
/// have is false. Texts are compared as alerts show them. Any thread.
///
/// Unchecked: what the tests point to is never changed, and lives as long as `constants`.
package final class AlertFilter: @unchecked Sendable {
  private enum Node {
    case text(Subject, TextTest)
    /// Of several texts: each is one of these.
    case allTexts(Subject, ByteStringSet)
    case integer(Subject, IntegerTest)
    case boolean(Subject, expected: Bool)
    case networks(Subject, [Network], isNegated: Bool)
    case exists(Subject)
    case constant(Bool)
    case not(Int)
    case and([Int])
    case or([Int])
  }

  fileprivate enum Subject {
    case own(AlertSubject)
    /// The alert's field of one of these names, or both ends of a socket.
    case fields([String])
  }

  /// As its author wrote it.
  package let text: String
  private let nodes: [Node]
  private let constants = Constants()

  package init(_ condition: AlertCondition) {
    text = condition.text
    nodes = condition.nodes.map { [constants] in Self.node($0, constants) }
  }

  private static func node(_ node: AlertCondition.Node, _ constants: Constants) -> Node {
    switch node {
    case .constant(let value): return .constant(value)
    case .not(let child): return .not(child)
    case .and(let children): return .and(children)
    case .or(let children): return .or(children)
    case .test(let asked, let test):
      let subject = Subject(asked)
      switch test {
      case .exists: return .exists(subject)
      case .equalsBoolean(let value): return .boolean(subject, expected: value)
      case .notEqualsBoolean(let value): return .boolean(subject, expected: !value)
      case .isInNetworks(let networks): return .networks(subject, networks, isNegated: false)
      case .isNotInNetworks(let networks): return .networks(subject, networks, isNegated: true)
      case .allIn(let values): return .allTexts(subject, ByteStringSet(values, constants))
      case .anyIn(let values): return .text(subject, .isIn(ByteStringSet(values, constants)))
      default: break
      }
      if let test = IntegerTest(test, constants) { return .integer(subject, test) }
      return TextTest(test, constants).map { .text(subject, $0) } ?? .constant(false)
    }
  }

  package func wants(_ alert: Alert) -> Bool {
    var values: [Bool] = []
    values.reserveCapacity(nodes.count)
    for node in nodes {
      switch node {
      case .constant(let value): values.append(value)
      case .not(let child): values.append(!values[child])
      case .and(let children): values.append(children.allSatisfy { values[$0] })
      case .or(let children): values.append(children.contains { values[$0] })
      case .exists(let subject): values.append(!subject.values(alert).isEmpty)
      case .boolean(let subject, let expected): values.append(subject.values(alert).contains(.boolean(expected)))
      case .text(let subject, let test):
        let texts = subject.texts(alert)
        let holds = { (text: String) in Array(text.utf8).withUnsafeBytes { test.holds($0.bytes) } }
        // Of several, as both ends of a socket: `!=` holds if none is equal, all else if any does.
        if case .notEquals = test {
          values.append(!texts.isEmpty && texts.allSatisfy(holds))
        } else {
          values.append(texts.contains(where: holds))
        }
      case .allTexts(let subject, let set):
        let texts = subject.texts(alert)
        values.append(
          !texts.isEmpty && texts.allSatisfy { text in Array(text.utf8).withUnsafeBytes { set.contains($0.bytes) } })
      case .integer(let subject, let test):
        let numbers = subject.values(alert).compactMap { if case .integer(let number) = $0 { number } else { nil } }
        values.append(
          !numbers.isEmpty
            && (test.asksAllEnds ? numbers.allSatisfy(test.holds) : numbers.contains(where: test.holds)))
      case .networks(let subject, let networks, let isNegated):
        let addresses = subject.texts(alert).compactMap(Network.init(text:))
        let isWithin = { (address: Network) in networks.contains { $0.contains(address) } }
        values.append(
          !addresses.isEmpty && (isNegated ? !addresses.contains(where: isWithin) : addresses.contains(where: isWithin)))
      }
    }
    return values.last ?? false
  }
}

extension AlertFilter: Equatable {
  package static func == (a: AlertFilter, b: AlertFilter) -> Bool { a.text == b.text }
}

extension AlertFilter.Subject {
  fileprivate init(_ subject: AlertSubject) {
    guard case .field(let reference) = subject else {
      self = .own(subject)
      return
    }
    // Alerts have a socket's addresses and ports by these names.
    switch reference.field {
    case .fdIP, .fdNet: self = .fields(["fd.cip", "fd.sip"])
    case .fdPort: self = .fields(["fd.cport", "fd.sport"])
    case .clientNet: self = .fields(["fd.cip"])
    case .serverNet: self = .fields(["fd.sip"])
    case .localNet: self = .fields(["fd.lip"])
    case .remoteNet: self = .fields(["fd.rip"])
    default: self = .fields([reference.name])
    }
  }

  /// None where the alert does not have it.
  fileprivate func values(_ alert: Alert) -> [AlertField.Value] {
    switch self {
    case .fields(let names): return names.compactMap { name in alert.fields.first { $0.name == name }?.value }
    case .own(.priority): return [.integer(alert.priority.severity)]
    case .own(.node): return [.text(alert.node)]
    case .own(.tenant): return alert.tenant.map { [.text($0)] } ?? []
    case .own(.identity): return alert.identity.map { [.text($0.name)] } ?? []
    case .own(.event): return [.text(alert.event)]
    case .own(.tags): return alert.tags.map { .text($0) }
    // A summary is also of the rule whose alerts were held back.
    case .own(.rule):
      return [.text(alert.rule)] + alert.fields.filter { $0.name == "held.rule" }.map(\.value)
    case .own(.field): return []
    }
  }

  fileprivate func texts(_ alert: Alert) -> [String] { values(alert).map(\.shown) }
}

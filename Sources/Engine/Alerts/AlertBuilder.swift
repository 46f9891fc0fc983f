import Events
import Rules

/// Makes an alert of a rule that fired and the event that fired it.
enum AlertBuilder {
  /// Bytes of a field's text, and of the whole message, before the mark that it was cut.
  static let fieldLimit = 4096
  static let messageLimit = 8192

  static func alert(_ rule: Rule, _ state: borrowing State) -> Alert {
    let event = state.event.kind.name
    return Alert(
      id: identifier(state, rule: identifying(rule.name, rule.scope, state)), recordNumber: state.event.number,
      timestampNanoseconds: state.wallNanoseconds, node: text(state.stream.node), rule: text(rule.name),
      ruleDescription: text(rule.description), priority: rule.priority, tags: rule.tags.map(text),
      tenant: state.tenantName(state.event.membership.tenant), facility: state.facility(state.event.membership.tenant),
      identity: state.openIdentity, event: event,
      message: message(rule.output, state, limit: fieldLimit), fields: fields(rule, state, limit: fieldLimit))
  }

  static func alert(_ notice: Notice, _ state: borrowing State) -> Alert {
    Alert(
      // Two notices of one moment may differ in what they say only.
      id: identifier(state, rule: "\(notice.title)\0\(notice.message)"), recordNumber: state.event.number,
      timestampNanoseconds: state.wallNanoseconds, node: text(state.stream.node), rule: text(notice.title),
      ruleDescription: text(notice.description), priority: notice.priority, tags: ["selvage"], event: "agent",
      message: text(notice.message), fields: [])
  }

  /// - Parameter first: id of the first alert that it completes.
  static func completing(
    _ first: String, priority: Priority, _ message: String, _ fields: [AlertField], _ state: borrowing State
  ) -> Alert {
    Alert(
      id: identifier(state, rule: "\(OpenAlerts.rule)\0\(first)"), recordNumber: state.event.number,
      timestampNanoseconds: state.wallNanoseconds, node: text(state.stream.node), rule: OpenAlerts.rule,
      ruleDescription: "Alerts that were raised before it was known whose workload they are about", priority: priority,
      tags: ["selvage"], tenant: state.tenantName(state.event.membership.tenant),
      facility: state.facility(state.event.membership.tenant), event: state.event.kind.name,
      message: message.utf8.count <= messageLimit ? message : cut(message), fields: fields)
  }

  /// Unique among all alerts of all nodes: the boot, the record within it, and the rule, each by as much as tells it apart.
  ///
  /// - Parameter record: nil: the one at hand.
  static func identifier(_ state: borrowing State, record: UInt64? = nil, rule: String) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
    for byte in rule.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let boot = EscapedText.escaped(state.stream.bootID.utf8.lazy.filter { $0 != UInt8(ascii: "-") }, limit: 64)
    return "\(boot.isEmpty ? "0" : boot)-\(record ?? state.event.number)-\(String(hash, radix: 16))"
  }

  /// A rule's name that no other rule of the policy has: two tenants may have rules of one name.
  static func identifying(_ rule: String, _ scope: RuleScope, _ state: borrowing State) -> String {
    guard case .tenant(let tenant) = scope, let name = state.tenantName(Int32(truncatingIfNeeded: tenant)) else { return rule }
    return "\(name)\0\(rule)"
  }

  /// - Parameter limit: bytes of a field's text.
  static func message(_ output: OutputTemplate, _ state: borrowing State, limit: Int) -> String {
    var message = ""
    for part in output.parts {
      switch part {
      case .text(let text): message += EscapedText.escaped(text.utf8, limit: fieldLimit)
      case .field(let field): message += shown(state.value(field, limit: limit))
      case .function(let function): message += shown(state.value(function, limit: limit))
      case .absent: message += shown(nil)
      }
    }
    return message.utf8.count <= messageLimit ? message : cut(message)
  }

  /// Cuts a text between two characters.
  static func cut(_ text: String) -> String {
    var end = text.utf8.index(text.startIndex, offsetBy: messageLimit)
    while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    return text[..<end] + EscapedText.ellipsis
  }

  static func shown(_ value: AlertField.Value?) -> String { value?.shown ?? "<NA>" }

  /// - Parameter limit: bytes of a field's text.
  static func fields(_ rule: Rule, _ state: borrowing State, limit: Int) -> [AlertField] {
    let always = (state.event.isSocket ? processFields + socketFields : processFields + exitFields)
      + workloadFields(state)
    var fields = self.fields(always, state, limit: limit)
    fields += self.fields((rule.output.fields + rule.alertFields).filter { !always.contains($0) }, state, limit: limit)
    for function in rule.output.functions {
      if let value = state.value(function, limit: fieldLimit) {
        fields.append(AlertField(name: text(function.text), value: value))
      }
    }
    return fields
  }

  /// Those that the event has.
  static func fields(_ references: [FieldReference], _ state: borrowing State, limit: Int) -> [AlertField] {
    var fields: [AlertField] = []
    for reference in references {
      if let value = state.value(reference, limit: limit) {
        fields.append(AlertField(name: text(reference.name), value: value))
      }
    }
    return fields
  }

  /// What tells which workload the event is of.
  static func workloadFields(_ state: borrowing State) -> [FieldReference] {
    switch state.workloads.kind(of: state.event.workload) {
    case nil, .host: []
    case .container: workloadFields + containerFields
    case .slurmStep: workloadFields + jobFields
    case .systemdUnit, .session: workloadFields
    }
  }

  static func text(_ text: String) -> String { EscapedText.escaped(text.utf8, limit: fieldLimit) }

  private static let processFields = [
    .processID, .parentID, .processName, .parentName, .processExePath, .processCommandLine, .processCwd,
    .userID, .loginUserID, .cgroupID,
  ].map { FieldReference($0) }
  private static let workloadFields = [.workloadKind, .workloadName].map { FieldReference($0) }
  private static let containerFields = [.containerID, .containerName, .containerImage, .namespaceName, .podName].map {
    FieldReference($0)
  }
  private static let jobFields = [.slurmJob, .slurmUser, .slurmAccount].map { FieldReference($0) }
  private static let exitFields = [.exitCode, .exitSignal].map { FieldReference($0) }
  private static let socketFields = [
    .fdName, .fdProtocol, .clientIP, .clientPort, .serverIP, .serverPort, .eventResult,
  ].map { FieldReference($0) }
}

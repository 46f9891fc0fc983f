import Events
import Rules

extension AlertBuilder {
  /// - Parameters:
  ///   - event: the window's last.
  static func alert(
    _ correlation: Correlation, _ result: CorrelationWindow.Result, _ event: CorrelatedEvent, _ outcome: CorrelationOutcome,
    _ state: borrowing State
  ) -> Alert {
    let number: (UInt64) -> AlertField.Value = { .integer(Int64(clamping: $0)) }
    var fields = [
      AlertField(name: "correlation.type", value: .text(correlation.kind.rawValue)),
      AlertField(name: "correlation.count", value: .integer(Int64(result.count))),
      AlertField(name: "correlation.first", value: number(result.first)),
      AlertField(name: "correlation.last", value: number(result.last)),
    ]
    fields += event.group.map { AlertField(name: "correlation.by.\($0.name)", value: $0.value) }
    let name = identifying(correlation.name, correlation.scope, state)
    return Alert(
      id: identifier(state, record: result.last, rule: name + outcome.suffix), recordNumber: result.last,
      timestampNanoseconds: event.timestampNanoseconds, node: event.node, rule: text(correlation.name),
      ruleDescription: text(correlation.description), priority: correlation.priority,
      tags: correlation.tags.map { text($0) }, tenant: state.tenantName(result.tenant),
      facility: state.facility(result.tenant), identity: event.identity,
      event: event.event, message: message(correlation, result, event),
      fields: fields + event.fields)
  }

  /// `5 events within 10s, DestinationIp=10.0.0.1, records 17 to 42; the last: ...`.
  private static func message(
    _ correlation: Correlation, _ result: CorrelationWindow.Result, _ event: CorrelatedEvent
  ) -> String {
    var message =
      switch correlation.kind {
      case .eventCount: "\(result.count) \(result.count == 1 ? "event" : "events")"
      case .valueCount:
        "\(result.count) \(result.count == 1 ? "value" : "values") of \(text(correlation.valueName ?? ""))"
      case .temporal: "events of \(result.count) of \(correlation.members.count) rules"
      case .temporalOrdered: "events of \(result.count) rules in order"
      }
    message += " within \(TimeSpan.text(correlation.seconds))"
    for field in event.group { message += ", \(field.name)=\(shown(field.value))" }
    message += ", records \(result.first) to \(result.last); the last: \(event.message)"
    return message.utf8.count <= messageLimit ? message : cut(message)
  }

  static let forgettingRule = "Events forgotten"

  static func forgetting(_ correlation: Correlation, _ count: UInt64, _ state: borrowing State) -> Alert {
    alert(
      Notice(
        forgettingRule, description: "A correlation had more to remember than it may, and can miss what it looks for",
        priority: .warning,
        message: "The correlation \"\(correlation.name)\" forgot \(count) of its oldest events, values or rules so "
          + "far, for want of room"),
      state)
  }
}

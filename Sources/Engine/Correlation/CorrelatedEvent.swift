import Events
import Rules

/// The last event of a window, as the correlation's alert shows it.
struct CorrelatedEvent {
  let timestampNanoseconds: Int64
  let node: String
  /// Of its workload, as ``Alert/identity``.
  let identity: Identity?
  /// `evt.type` of the event.
  let event: String
  /// What its own rule would have said.
  let message: String
  let fields: [AlertField]
  /// The values that all events of the window have in common, by the rule's names.
  let group: [AlertField]

  /// - Parameters:
  ///   - limit: bytes of a field's text.
  ///   - rule: whose event it is.
  init(_ rule: Rule, _ key: Correlation.Key, of correlation: Correlation, _ state: borrowing State, limit: Int) {
    timestampNanoseconds = state.wallNanoseconds
    node = AlertBuilder.text(state.stream.node)
    identity = state.openIdentity
    event = state.event.kind.name
    message = AlertBuilder.message(rule.output, state, limit: limit)
    fields = AlertBuilder.fields(rule, state, limit: limit)
    var group: [AlertField] = []
    for (name, reference) in zip(correlation.groupBy, key.group) {
      guard let value = state.value(reference, limit: limit) else { continue }
      group.append(AlertField(name: AlertBuilder.text(name), value: value))
    }
    self.group = group
  }
}

/// Keeps alerts for those who ask the agent.
final class HistorySink: Sink {
  private let history: AlertHistory

  init(_ history: AlertHistory) { self.history = history }

  func deliver(_ alerts: [OutgoingAlert], stop: StopSignal, confirm: (Int) -> Void) {
    for (index, alert) in alerts.enumerated() {
      history.append(alert.alert)
      confirm(index + 1)
    }
  }
}

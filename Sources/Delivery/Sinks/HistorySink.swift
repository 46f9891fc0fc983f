internal import Engine

/// Keeps alerts for those who ask the agent.
final class HistorySink: Sink {
  private let history: AlertHistory

  init(_ history: AlertHistory) { self.history = history }

  func deliver(_ alert: Alert, queue: SinkQueue) { history.append(alert) }
}

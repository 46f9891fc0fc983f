/// Somebody who reads alerts from the history, in their order, at its own pace.
package final class AlertReader: Sendable {
  package struct Batch: Sendable {
    package var lines: [AlertLine] = []
    /// Alerts that were there, and were gone before it came to them.
    package var lost: UInt64 = 0
  }

  private let history: AlertHistory
  private let number: UInt64
  /// Gives something when there may be more to read; ends when nothing more comes. One task.
  package let bell: AsyncStream<Void>

  init(history: AlertHistory, number: UInt64, bell: AsyncStream<Void>) {
    self.history = history
    self.number = number
    self.bell = bell
  }

  deinit { history.leave(number) }

  /// Ends ``bell``.
  package func stop() { history.stop(number) }

  /// What came since, about so many bytes at most; empty: that was all.
  package func next(limitBytes: Int = 64 << 10) -> Batch { history.read(number, limitBytes: limitBytes) }
}

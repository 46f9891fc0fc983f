/// That something has ended, for those who wait for it. Any thread.
final class EndSignal: Sendable {
  private let hasEnded = Monitor(false)

  func set() {
    hasEnded.locked { $0 = true }
    hasEnded.signal(.progress)
  }

  var isSet: Bool { hasEnded.locked { $0 } }

  /// - Returns: whether it was set in time.
  @discardableResult
  func wait(until deadline: MonotonicTime) -> Bool {
    hasEnded.wait(for: .progress, until: { _ in deadline }) { $0 ? true : nil } ?? false
  }
}

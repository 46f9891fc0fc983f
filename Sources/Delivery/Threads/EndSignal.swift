/// That something has ended, for those who wait for it.
///
/// Unchecked: the variable is used under the lock.
final class EndSignal: @unchecked Sendable {
  private let condition = Condition()
  private var hasEnded = false

  func set() {
    condition.locked {
      hasEnded = true
      condition.wake()
    }
  }

  var isSet: Bool { condition.locked { hasEnded } }

  /// - Returns: whether it was set in time.
  @discardableResult
  func wait(until deadline: MonotonicTime) -> Bool {
    condition.locked {
      while !hasEnded, condition.wait(until: deadline) {}
      return hasEnded
    }
  }
}

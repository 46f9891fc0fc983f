internal import Engine

/// An alert with its number, shared by all who hand it on.
final class SpooledAlert: Sendable {
  let sequence: UInt64
  let alert: Alert
  /// When it was sent, by ``KernelClock/boot``; nil: by an agent before this one.
  let raisedNanoseconds: UInt64?
  /// Of memory, about.
  let size: Int

  init(sequence: UInt64, alert: Alert, raisedNanoseconds: UInt64?) {
    self.sequence = sequence
    self.alert = alert
    self.raisedNanoseconds = raisedNanoseconds
    // What is long in it; names of rules and the like are shared with the policy.
    size = alert.fields.reduce(512 + alert.message.utf8.count) { size, field in
      guard case .text(let text) = field.value else { return size + 64 }
      return size + 64 + text.utf8.count
    }
  }
}

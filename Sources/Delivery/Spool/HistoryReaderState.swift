/// Somebody who reads the spool as a history, as the writer knows it; under the spool's lock.
struct HistoryReaderState {
  let selection: AlertSelection
  let bell: AsyncStream<Void>.Continuation
  /// The number of the last alert that it has looked at.
  var reached: UInt64
  /// Removed before it came to them; of its tenants, whatever their rules.
  var lost: UInt64 = 0

  mutating func miss(_ sequence: UInt64, tenant: String?) {
    if sequence > reached, selection.covers(tenant: tenant) { lost &+= 1 }
  }
}

internal import Control
internal import Events
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// A recorder that an agent's stream goes to. Used by the reading thread, until it is let go.
///
/// Unchecked: when it is let go, the thread that finishes it has it alone.
final class TappedRecorder: @unchecked Sendable {
  let kinds: EventKinds
  let pid: Int32
  private let socket: StreamSocket
  private var writer: TraceWriter?

  /// A recorder that takes nothing for that long is left behind.
  private static let patienceMilliseconds: Int32 = 10_000

  init(_ guest: TapDoor.Guest) throws(TraceError) {
    kinds = guest.request.kinds
    pid = guest.pid
    socket = guest.socket
    writer = try TraceWriter(
      socket: socket.descriptor.rawValue, name: "recorder \(pid)", patienceMilliseconds: Self.patienceMilliseconds)
  }

  /// - Parameter isKept: see ``TraceWriter``.
  func append(_ record: borrowing Record, isKept: Bool = false) {
    // Numbers of a live stream only grow: this does not throw.
    try? writer?.append(record, isKept: isKept)
  }

  /// Has it get what there is, unless it is behind anyway.
  func flush() { if writer?.isBehind == false { writer?.flush() } }

  /// What went wrong with it, for people; empty: nothing.
  var complaint: String {
    guard let status = writer?.status else { return "" }
    if case .system(_, ETIMEDOUT) = status.error?.reason {
      return ": it took nothing for \(Self.patienceMilliseconds / 1000) seconds"
    }
    // Of one that is gone, what it did not get is no loss of its making.
    return status.lostRecords > 0 && status.error == nil ? "; it was too slow for \(status.lostRecords) records" : ""
  }

  /// Since when it wants no more, CLOCK_BOOTTIME, nanoseconds.
  private var leavingSince: UInt64?

  /// Whether it may be let go: it takes nothing, or it wants no more and has all that happened until it said so.
  ///
  /// - Parameter reached: that the stream has come to; nil: nothing waits.
  func mayGo(_ reached: UInt64?) -> Bool {
    if writer?.status.error != nil { return true }
    guard let since = leavingSince ?? (socket.isPeerLeaving ? KernelClock.boot : nil) else { return false }
    leavingSince = since
    return (reached ?? .max) >= since
  }

  /// Ends its stream, with all that it has not got yet, while the caller goes on.
  ///
  /// - Parameter done: called on another thread.
  func letGo(_ done: @escaping @Sendable () -> Void) {
    writer?.end()
    do throws(Errno) {
      try DetachedThread.start {
        self.finish()
        done()
      }
    } catch {
      // Nobody could wait for it: it loses what it has not got.
      socket.shut(.both)
      finish()
      done()
    }
  }

  private func finish() {
    if let writer = writer.take() { _ = try? writer.finish() }
    socket.shut(.both)
  }
}

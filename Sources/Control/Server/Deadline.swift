internal import NIOCore
internal import Synchronization

/// Closes a connection unless what is awaited comes in time.
final class Deadline: Sendable {
  private let channel: any Channel
  private let task = Mutex<Scheduled<Void>?>(nil)

  init(_ channel: any Channel) { self.channel = channel }

  deinit { cancel() }

  /// From now on; the one before is off.
  func set(seconds: Int64) {
    let channel = channel
    let next = channel.eventLoop.scheduleTask(in: .seconds(seconds)) { channel.close(promise: nil) }
    task.withLock { task in
      task?.cancel()
      task = next
    }
  }

  func cancel() {
    task.withLock { task in
      task?.cancel()
      task = nil
    }
  }
}

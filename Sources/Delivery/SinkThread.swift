internal import Engine
internal import Glibc
internal import SystemPackage

/// A thread that takes alerts from a queue to a sink until the queue is closed and empty.
///
/// Unchecked: the sink is used by the thread only.
final class SinkThread: @unchecked Sendable {
  private let queue: SinkQueue
  private var sink: (any Sink)?

  private init(queue: SinkQueue, sink: any Sink) {
    self.queue = queue
    self.sink = sink
  }

  /// The thread is not joined, as it may be stuck in the kernel: ``SinkQueue/waitForEnd(until:)``.
  static func start(_ sink: consuming any Sink, queue: SinkQueue) throws(DeliveryError) {
    // Signals are for the program's other threads; and a closed pipe is to be an error here, not SIGPIPE.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    var created = pthread_t()
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let context = Unmanaged.passRetained(SinkThread(queue: queue, sink: sink))
    let number = pthread_create(&created, &attributes, { context in
      guard let context else { return nil }
      Unmanaged<SinkThread>.fromOpaque(context).takeRetainedValue().run()
      return nil
    }, context.toOpaque())
    pthread_attr_destroy(&attributes)
    pthread_sigmask(SIG_SETMASK, &before, nil)
    guard number == 0 else {
      context.release()
      throw .system(what: "pthread_create", Errno(rawValue: number))
    }
  }

  private func run() {
    while let alert = queue.next() {
      do throws(DeliveryError) {
        try sink?.deliver(alert, queue: queue)
        queue.settle(nil)
      } catch {
        queue.settle(error)
      }
    }
    sink = nil  // closes, before the end is told
    queue.end()
  }
}

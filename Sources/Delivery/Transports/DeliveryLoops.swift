internal import NIOPosix

/// The event loop that moves all sinks' bytes: one thread, as the work is little.
enum DeliveryLoops {
  static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
}

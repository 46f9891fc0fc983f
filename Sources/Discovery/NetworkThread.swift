internal import NIOPosix

/// The thread that serves all connections of sources, however many processors there are. It starts with the first.
enum NetworkThread {
  static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
}

internal import Events
internal import NIOCore
internal import NIOPosix

/// The sources that are asked over a connection: container runtimes, and the cluster's API server.
package enum RemoteSources {
  package struct Settings: Sendable {
    package var runtimeSockets = RuntimeSocket.usual
    /// nil: no API server is asked.
    package var cluster: ClusterSettings?

    package init() {}
  }

  /// Begins to ask. One thread serves all connections.
  package static func start(_ settings: Settings, inbox: Inbox) -> [any Informant] {
    // Before the first loop of this process is made: one thread is enough, whatever the machine has.
    NIOSingletons.groupLoopCountSuggestion = 1
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let agreement = settings.cluster.map { _ in PodAgreement() }
    var informants: [any Informant] = settings.runtimeSockets.map {
      RuntimeQuestions.desk(path: $0, inbox: inbox, agreement: agreement, loop: loop)
    }
    if let cluster = settings.cluster, let agreement {
      informants.append(ClusterInformant(settings: cluster, inbox: inbox, agreement: agreement, loop: loop))
    }
    return informants
  }
}

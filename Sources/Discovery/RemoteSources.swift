internal import Events
internal import NIOCore

/// The sources that are asked over a connection: container runtimes, and the cluster's API server.
package enum RemoteSources {
  /// Begins to ask. One thread serves all connections.
  package static func start(_ settings: DiscoverySettings, inbox: Inbox) -> [any Informant] {
    let loop = NetworkThread.group.next()
    let agreement = settings.cluster.map { _ in PodAgreement() }
    var informants: [any Informant] = []
    if !settings.runtimeSockets.isEmpty {
      informants.append(
        RuntimeQuestions.desk(paths: settings.runtimeSockets, inbox: inbox, agreement: agreement, loop: loop))
    }
    if let cluster = settings.cluster, let agreement {
      informants.append(ClusterInformant(settings: cluster, inbox: inbox, agreement: agreement, loop: loop))
    }
    return informants
  }
}

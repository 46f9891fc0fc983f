internal import Events
internal import Glibc
internal import NIOCore
internal import NIOPosix

/// The sources that are asked over a connection: container runtimes, and the cluster's API server.
package enum RemoteSources {
  /// Begins to ask. One thread serves all connections.
  package static func start(_ settings: DiscoverySettings, inbox: Inbox) -> [any Informant] {
    let loop = NetworkThread.group.next()
    let cluster = settings.kubernetes ? settings.cluster ?? ClusterSettings.inCluster(environment) : nil
    let agreement = cluster.map { _ in PodAgreement() }
    var informants: [any Informant] = []
    if !settings.runtimeSockets.isEmpty {
      informants.append(
        RuntimeQuestions.desk(paths: settings.runtimeSockets, inbox: inbox, agreement: agreement, loop: loop))
    }
    if let cluster, let agreement {
      informants.append(ClusterInformant(settings: cluster, inbox: inbox, agreement: agreement, loop: loop))
    } else if settings.kubernetes {
      informants.append(AbsentSource(.kubernetes))
    }
    return informants
  }

  private static var environment: [String: String] {
    ["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "NODE_NAME"].reduce(into: [:]) { environment, name in
      environment[name] = getenv(name).map { String(cString: $0) }
    }
  }
}

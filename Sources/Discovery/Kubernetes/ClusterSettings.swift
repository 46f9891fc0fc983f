internal import Glibc

/// Where the API server of this node's cluster is, and what it is shown.
package struct ClusterSettings: Sendable, Equatable {
  /// Without a slash at its end: `https://10.96.0.1:443`.
  package var server: String
  /// With the certificates of who may sign the server's; nil: those that the node trusts. Read again when it changes.
  package var certificatePath: String?
  /// Read for each question, as it is replaced before it expires.
  package var tokenPath: String?
  /// As the cluster calls this node.
  package var node: String

  package init(server: String, certificatePath: String?, tokenPath: String?, node: String) {
    self.server = server
    self.certificatePath = certificatePath
    self.tokenPath = tokenPath
    self.node = node
  }

  /// Where a pod finds what its service account may use.
  static let serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

  /// What the environment says in a pod of the cluster; nil: this is none.
  ///
  /// The node's name is that of `NODE_NAME`, which the manifest sets; else the machine's.
  package static func inCluster(
    _ environment: [String: String], serviceAccount: String = Self.serviceAccount
  ) -> ClusterSettings? {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
      access("\(serviceAccount)/token", R_OK) == 0
    else { return nil }
    let port = environment["KUBERNETES_SERVICE_PORT"] ?? "443"
    return ClusterSettings(
      server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)",
      certificatePath: "\(serviceAccount)/ca.crt", tokenPath: "\(serviceAccount)/token",
      node: environment["NODE_NAME"] ?? machineName)
  }

  package static var machineName: String {
    var name = utsname()
    uname(&name)
    return withUnsafeBytes(of: name.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }.lowercased()
  }

  /// What can't be asked for, in a line; nil: it can.
  package var complaint: String? {
    let isName: (UInt8) -> Bool = {
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
        || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
    }
    guard server.hasPrefix("https://") || server.hasPrefix("http://") else {
      return "the API server's address must begin with https://"
    }
    guard !node.isEmpty, node.utf8.count <= 253, node.utf8.allSatisfy(isName) else {
      return "'\(node)' is no name of a node: lower-case letters, digits, '-' and '.'"
    }
    return nil
  }
}

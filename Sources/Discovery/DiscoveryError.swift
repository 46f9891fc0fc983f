package import SystemPackage

/// Why something about this node's workloads can't be found out. Its text says what and why.
package enum DiscoveryError: Error, CustomStringConvertible {
  case operation(String, Errno)

  package var description: String {
    switch self {
    case .operation(let what, let errno): "\(what): \(errno)"
    }
  }
}

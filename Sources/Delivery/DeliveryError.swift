package import SystemPackage

/// Why alerts can't be delivered: at start, to whoever starts; later, as the text in ``SinkStatus/lastError``.
package enum DeliveryError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A setting that can't work, and what is wrong with it.
  case setting(String)
  /// A system call failed; `what` names it and its object: `open /var/log/alerts.json`.
  case system(what: String, Errno)
  /// A host's name gave no address; the resolver's own words.
  case unresolved(host: String, reason: String)
  /// A receiver that was reached, or could not be; the reason in its words or ours, escaped.
  case receiver(name: String, reason: String)
  /// This alert can never be delivered to that sink, and why.
  case refused(String)
  /// The time to finish was over before the alert could be delivered.
  case stopped

  package var description: String {
    switch self {
    case .setting(let text): text
    case .system(let what, let errno): "\(what): \(errno)"
    case .unresolved(let host, let reason): "no address for \(host): \(reason)"
    case .receiver(let name, let reason): "\(name): \(reason)"
    case .refused(let reason): reason
    case .stopped: "stopped before it could be delivered"
    }
  }
}

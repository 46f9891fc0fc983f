package import SystemPackage

/// Why capturing can't start or go on. Its text says which part, why it matters and what to do.
package enum CaptureError: Error, CustomStringConvertible {
  /// The caller may not: not root, or a capability is missing.
  case notPermitted(what: String, Errno)
  /// The kernel or the node lacks something that no sensor can do without.
  case missing(what: String, why: String, remedy: String)
  /// A program that nothing can replace was refused; `log` ends with the verifier's reason.
  case program(name: String, Errno, log: String)
  /// An operation on a part that stands failed.
  case operation(String, Errno)

  package var description: String {
    switch self {
    case .notPermitted(let what, let errno):
      """
      \(what): \(errno). Selvage loads programs into the kernel: run it as root (or with CAP_BPF, CAP_PERFMON and \
      CAP_NET_ADMIN).
      """
    case .missing(let what, let why, let remedy): "\(what): \(why). \(remedy)"
    case .program(let name, let errno, let log): "the kernel refused the program \(name): \(errno)\n\(log)"
    case .operation(let what, let errno): "\(what): \(errno)"
    }
  }

  /// The node lacks something, rather than the caller rights.
  package var isNodesFault: Bool {
    switch self {
    case .notPermitted: false
    case .missing, .program, .operation: true
    }
  }
}

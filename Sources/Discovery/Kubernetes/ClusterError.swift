/// Why the API server gave no answer.
enum ClusterError: Error, CustomStringConvertible, Equatable {
  /// Its own word: an HTTP status that is no success.
  case status(Int, String)
  /// What was asked for from is gone: all is listed anew.
  case expired
  /// No connection, or it broke, or took too long.
  case unreachable(String)
  /// What came is no answer.
  case malformed(String)
  /// A page of a list is too long; a smaller one may not be.
  case tooLong
  /// What is needed to ask is not there: a token, a certificate.
  case settings(String)

  var description: String {
    switch self {
    case .status(401, _): "it does not accept the token"
    case .status(403, let text): "it does not permit it (deploy/kubernetes/role.yaml does): \(text)"
    case .status(let code, let text): "HTTP status \(code): \(text)"
    case .expired: "what was asked for is too old"
    case .unreachable(let reason), .malformed(let reason), .settings(let reason): reason
    case .tooLong: "its answer is too long"
    }
  }
}

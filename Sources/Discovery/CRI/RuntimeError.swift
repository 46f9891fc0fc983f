/// Why a container runtime gave no facts.
enum RuntimeError: Error, CustomStringConvertible, Equatable {
  /// It does not know that container, or not yet.
  case notFound
  /// It, or the way to it, failed: nobody will be answered for now.
  case silent(String)
  /// It answered that question with an error, or with what is no answer.
  case refused(String)
  /// It answered what can't be true.
  case lie(String)

  var description: String {
    switch self {
    case .notFound: "it does not know the container"
    case .silent(let reason), .refused(let reason): reason
    case .lie(let what): what
    }
  }
}

package import Engine

extension Engine {
  /// The answer to a question about workloads; nil: that is another's to answer. Takes time by how many there are.
  package mutating func answer(_ question: Question) -> Reply? {
    switch question {
    case .workloads: .workloads([])
    case .explain: .explanation(nil)
    case .state, .reload: nil
    }
  }
}

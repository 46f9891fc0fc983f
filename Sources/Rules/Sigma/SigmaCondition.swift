/// A condition over searches: nodes that name their children by index, children first. The last node is the whole.
struct SigmaCondition: Sendable, Equatable {
  enum Node: Sendable, Equatable {
    /// By index among the rule's searches.
    case search(Int)
    case not(Int)
    case and([Int])
    case or([Int])
  }

  let nodes: [Node]
}

internal import Events

/// A condition whose fields and constants are known good. Children stand before their parents; the last node is the whole.
struct CheckedCondition: Sendable {
  enum Node: Sendable {
    /// By index in the pool.
    case predicate(Int, isNegated: Bool)
    case constant(Bool)
    /// By index among the macros; resolved ones come first.
    case macro(Int)
    case not(Int)
    case and([Int])
    case or([Int])
  }

  /// For which kinds of event a node may be true, and for which false.
  struct Outcomes: Sendable {
    var canBeTrue: EventKinds
    var canBeFalse: EventKinds

    static let none = Outcomes(canBeTrue: [], canBeFalse: [])
  }

  let nodes: [Node]
  let outcomes: Outcomes
}

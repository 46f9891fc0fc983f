internal import Events

/// A condition whose fields and constants are known good. Children stand before their parents; the last node is the whole.
struct CheckedCondition: Sendable {
  enum Node: Sendable {
    /// By index in the pool.
    case predicate(Int, isNegated: Bool)
    case constant(Bool)
    /// A comparison with a field that this version can't supply: false.
    case absent(String)
    /// By index among the macros; resolved ones come first.
    case macro(Int)
    case not(Int)
    case and([Int])
    case or([Int])
  }

  /// For which kinds of event a node may be true, and for which false; and the same if every field were supplied.
  struct Outcomes: Sendable {
    var canBeTrue: EventKinds
    var canBeFalse: EventKinds
    var couldBeTrue: EventKinds
    var couldBeFalse: EventKinds

    init(canBeTrue: EventKinds, canBeFalse: EventKinds) {
      (self.canBeTrue, self.canBeFalse) = (canBeTrue, canBeFalse)
      (couldBeTrue, couldBeFalse) = (canBeTrue, canBeFalse)
    }

    static let none = Outcomes(canBeTrue: [], canBeFalse: [])
    static let all = Outcomes(canBeTrue: .all, canBeFalse: [])
    /// Of a comparison with a field that can't be supplied.
    static let absent = {
      var outcomes = Outcomes(canBeTrue: [], canBeFalse: .all)
      outcomes.couldBeTrue = .all
      return outcomes
    }()

    var swapped: Outcomes {
      var swapped = Outcomes(canBeTrue: canBeFalse, canBeFalse: canBeTrue)
      (swapped.couldBeTrue, swapped.couldBeFalse) = (couldBeFalse, couldBeTrue)
      return swapped
    }

    func and(_ other: Outcomes) -> Outcomes {
      var both = Outcomes(
        canBeTrue: canBeTrue.intersection(other.canBeTrue), canBeFalse: canBeFalse.union(other.canBeFalse))
      both.couldBeTrue = couldBeTrue.intersection(other.couldBeTrue)
      both.couldBeFalse = couldBeFalse.union(other.couldBeFalse)
      return both
    }

    func or(_ other: Outcomes) -> Outcomes { swapped.and(other.swapped).swapped }
  }

  let nodes: [Node]
  let outcomes: Outcomes
  /// Those of its macros included.
  let gaps: Gaps
  /// By node, comparisons that come to the same for every event, as written.
  var texts: [Int: String] = [:]
}

extension CheckedCondition.Node {
  /// It needs no look at the event.
  var isSettled: Bool {
    switch self {
    case .constant, .absent: true
    case .predicate, .macro, .not, .and, .or: false
    }
  }
}

import Events
import Rules

/// The rules of one scope, by the kinds of event that they can match: the site's, or those that a tenant has of its own.
/// A tenant that has few takes little.
struct RuleTable: BitwiseCopyable {
  private let kinds: EventKinds
  /// Of ``kinds``, in the order of their numbers.
  private let rules: UnsafeBufferPointer<KindRules>

  /// - Parameters:
  ///   - rules: by kind, as ``Policy/rulesByKind``.
  ///   - steps: where each rule's program is among all steps.
  ///   - anchors: of each predicate; nil: it has none.
  init(_ rules: [[Int]], of policy: Policy, steps: [RuleSteps], anchors: [[Anchor]?], _ constants: Constants) {
    let kinds = EventKinds(EventKinds.all.kinds.filter { !rules[Int($0.rawValue)].isEmpty })
    self.kinds = kinds
    self.rules = constants.keep(
      kinds.kinds.map { KindRules($0, rules[Int($0.rawValue)], of: policy, steps: steps, anchors: anchors, constants) })
  }

  /// nil: none can match it.
  func rules(of kind: EventKind) -> UnsafePointer<KindRules>? {
    guard kinds.contains(kind) else { return nil }
    return rules.baseAddress?.advanced(by: kinds.count(before: kind))
  }

  /// The most rules that any kind has.
  var largest: Int { rules.reduce(0) { max($0, $1.rules.count) } }
}

extension Policy {
  /// The rules that a tenant has of its own, by kind as ``rulesByKind`` has the site's.
  func rulesByKind(ofTenant tenant: Int) -> [[Int]] {
    var byKind = [[Int]](repeating: [], count: rulesByKind.count)
    for index in rulesByTenant[tenant] {
      for kind in rules[index].kinds.kinds { byKind[Int(kind.rawValue)].append(index) }
    }
    return byKind
  }
}

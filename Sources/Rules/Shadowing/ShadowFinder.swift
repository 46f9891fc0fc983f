internal import Events

/// Finds rules that fire only where another does. What is said is so; not all that is so is found.
///
/// For one condition to follow from another, each of its parts has to, and so there is a constant of each part that the
/// other's constants lead to, as `/tmp/x` leads to what starts with `/tmp/`. By one such part, the one whose constants
/// the fewest rules have, each rule can be found; only what is found is compared.
struct ShadowFinder {
  private struct Entry {
    let rule: Int
    let tree: ConditionTree
  }

  /// What a rule matches.
  private struct Seen: Hashable {
    let condition: Program
    let scope: RuleScope
  }

  private let policy: Policy
  private var looks: Int
  private var shadows: [Shadow] = []
  /// Rules with programs of their own.
  private var entries: [Entry] = []
  private var forms: [ImplicationForm?] = []
  /// By predicate.
  private let anchors: [[Anchor]?]
  private var keys = AnchorKeys()
  private var keysByPredicate: [[UInt64]?]
  private var rulesByKey: [UInt64: [Int]] = [:]
  /// Those without a constant that all their events have.
  private var unfound: [Int] = []

  /// Pairs of rules that are compared for want of a constant to find one by.
  private static let maximumPairs = 250_000
  /// Constants of a part by which a rule may be found.
  private static let maximumKeys = 1_024

  /// - Parameter looks: bound on what is compared; it is far above what rules of people take.
  /// - Returns: `isWhole`: all that could be found was looked for.
  static func find(in policy: Policy, looks: Int = 4_000_000) -> (shadows: [Shadow], isWhole: Bool) {
    var finder = ShadowFinder(policy, looks)
    finder.find()
    return (finder.shadows.sorted { ($0.rule, $0.other) < ($1.rule, $1.other) }, finder.looks > 0)
  }

  private init(_ policy: Policy, _ looks: Int) {
    self.policy = policy
    self.looks = looks
    anchors = policy.predicates.map { Anchor.all(of: $0) }
    keysByPredicate = Array(repeating: nil, count: policy.predicates.count)
  }

  private mutating func find() {
    var firsts: [Seen: Int] = [:]
    // What only counts for correlations tells nobody, so that it neither says a thing twice nor instead of another.
    for (index, rule) in policy.rules.enumerated() where rule.alerts {
      let seen = Seen(condition: rule.condition, scope: rule.scope)
      if let first = firsts[seen] {
        shadows.append(Shadow(rule: index, other: first, isEqual: true))
        continue
      }
      firsts[seen] = index
      if let tree = policy.tree(of: rule) { entries.append(Entry(rule: index, tree: tree)) }
    }
    guard entries.count > 1 else { return }
    forms = Array(repeating: nil, count: entries.count)
    register()
    for entry in entries.indices {
      for other in candidates(for: entry) where looks > 0 { compare(entry, other) }
      if looks <= 0 { return }
    }
  }

  private mutating func compare(_ entry: Int, _ other: Int) {
    looks -= 1
    let (rule, wider) = (entries[entry].rule, entries[other].rule)
    guard policy.rules[rule].kinds.isSubset(of: policy.rules[wider].kinds),
      policy.rules[wider].scope.covers(policy.rules[rule].scope)
    else { return }
    let (narrow, wide) = (form(entry), form(other))
    guard Implication.holds(narrow, wide, looks: &looks) else { return }
    if Implication.holds(wide, narrow, looks: &looks) {
      if wider < rule || policy.rules[rule].scope != policy.rules[wider].scope { shadows.append(Shadow(rule: rule, other: wider, isEqual: true)) }
    } else {
      shadows.append(Shadow(rule: rule, other: wider, isEqual: false))
    }
  }

  private mutating func form(_ entry: Int) -> ImplicationForm {
    if let form = forms[entry] { return form }
    let form = ImplicationForm(entries[entry].tree, policy.predicates, kinds: policy.rules[entries[entry].rule].kinds)
    looks -= form.nodes.count
    forms[entry] = form
    return form
  }

  // MARK: - Finding

  private mutating func register() {
    var uses = [Int](repeating: 0, count: policy.predicates.count)
    for entry in entries { for case .predicate(let index) in entry.tree.nodes { uses[index] += 1 } }
    var users: [UInt64: Int] = [:]
    for (index, anchors) in anchors.enumerated() {
      guard uses[index] > 0, let anchors, anchors.count <= Self.maximumKeys else { continue }
      let found = anchors.map { keys.key($0) }
      keysByPredicate[index] = found
      for key in found { users[key, default: 0] += uses[index] }
    }
    for (place, entry) in entries.enumerated() {
      guard let predicates = ways(entry.tree, users) else {
        if unfound.count < Self.maximumPairs / entries.count { unfound.append(place) }
        continue
      }
      for predicate in Set(predicates) {
        for (anchor, key) in zip(anchors[predicate] ?? [], keysByPredicate[predicate] ?? []) {
          guard keys.lookFor(anchor), rulesByKey[key]?.last != place else { continue }
          rulesByKey[key, default: []].append(place)
        }
      }
    }
  }

  /// Predicates one of which follows from whatever the whole follows from, and that the fewest rules have; nil: there
  /// are none that could be found.
  private func ways(_ tree: ConditionTree, _ users: [UInt64: Int]) -> [Int]? {
    typealias Way = (predicates: [Int], users: Int)
    var ways: [Way?] = []
    ways.reserveCapacity(tree.nodes.count)
    for node in tree.nodes {
      switch node {
      case .predicate(let index):
        ways.append(keysByPredicate[index].map { keys in ([index], keys.reduce(0) { $0 + (users[$1] ?? 0) }) })
      case .and(let children): ways.append(children.lazy.compactMap { ways[$0] }.min { $0.users < $1.users })
      case .or(let children):
        let parts = children.compactMap { ways[$0] }
        guard parts.count == children.count else {
          ways.append(nil)
          continue
        }
        ways.append((parts.flatMap(\.predicates), parts.reduce(0) { $0 + $1.users }))
      case .not, .constant, .absent: ways.append(nil)
      }
    }
    return ways.last??.predicates
  }

  /// Entries whose condition may follow from that of the given one.
  private mutating func candidates(for entry: Int) -> [Int] {
    var found: Set<Int> = []
    let tree = entries[entry].tree
    var waiting = [(node: tree.nodes.count - 1, isNegated: false)]
    var taken = 0
    while let (node, isNegated) = waiting.popLast() {
      switch tree.nodes[node] {
      case .predicate(let index) where !isNegated:
        // All of a predicate's values have to lead there: the first has to.
        guard let anchor = anchors[index]?.first else { continue }
        var rules = 0
        let visited = keys.visitImplied(by: anchor) { key in
          guard let others = rulesByKey[key], rules < looks else { return }
          rules += others.count
          found.formUnion(others)
        }
        taken += visited / 16 + rules
      // Each of the alternatives has to lead there: the first has to.
      case .and(let children): waiting += (isNegated ? children.prefix(1) : children[...]).map { ($0, isNegated) }
      case .or(let children): waiting += (isNegated ? children[...] : children.prefix(1)).map { ($0, isNegated) }
      case .not(let child): waiting.append((child, !isNegated))
      case .predicate, .constant, .absent: continue
      }
    }
    looks -= taken
    found.formUnion(unfound)
    found.remove(entry)
    return found.sorted()
  }
}

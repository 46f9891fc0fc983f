import Events
import Rules

/// What it costs to find rules by their anchors, as far as the rules alone tell: of the ways to find one the cheapest is
/// taken. In nanoseconds, roughly; only their order matters.
struct AnchorCosts {
  /// To try a rule that no index knows.
  static let ofTrying = 60.0

  private let anchors: [[Anchor]?]
  /// Rules that could ask a group, or a predicate that has to be tried.
  private var uses: [Anchor.Group: Int] = [:]
  private var tries: [Int: Int] = [:]
  /// Predicates that ask for a constant: what many rules name is common.
  private var sharers: [Anchor: Int] = [:]
  private var costs: [Int: Double] = [:]

  /// - Parameter anchors: of each predicate; nil: it has to be tried.
  init(_ anchors: [[Anchor]?]) { self.anchors = anchors }

  /// Notes what a rule could be found by; before any cost is asked for.
  mutating func note(_ predicates: Set<Int>) {
    var groups: Set<Anchor.Group> = []
    for predicate in predicates {
      guard let anchors = anchors[predicate] else {
        tries[predicate, default: 0] += 1
        continue
      }
      for anchor in anchors.prefix(Self.looked) {
        sharers[anchor, default: 0] += 1
        groups.insert(anchor.group)
      }
    }
    for group in groups { uses[group, default: 0] += 1 }
  }

  /// Of a rule that is found by this predicate; the looks at fields are shared with others that could use them.
  mutating func cost(of predicate: Int) -> Double {
    if let known = costs[predicate] { return known }
    let cost = newCost(of: predicate)
    costs[predicate] = cost
    return cost
  }

  private func newCost(of predicate: Int) -> Double {
    guard let anchors = anchors[predicate] else {
      return Self.tryOfPredicate / Double(tries[predicate] ?? 1) + Self.ofTrying / 2
    }
    var groups: Set<Anchor.Group> = []
    var likelihood = 0.0
    for anchor in anchors.prefix(Self.looked) {
      groups.insert(anchor.group)
      likelihood += Self.likelihood(anchor) * Double(sharers[anchor] ?? 1)
    }
    return groups.reduce(min(Self.mostLikely, likelihood) * Self.ofTrying) { $0 + Self.look($1) / Double(uses[$1] ?? 1) }
  }

  private static let tryOfPredicate = 40.0
  /// However common a constant is, some events do not have it.
  private static let mostLikely = 0.75
  /// Anchors of a predicate that are looked at; a list that is longer costs no less than its beginning.
  private static let looked = 256

  private static func look(_ group: Anchor.Group) -> Double {
    switch group {
    case .integer, .network: return 10
    case .path(let field): return 60 * walks(field)
    case .text(let field, .whole): return 20 * walks(field)
    case .text(let field, .inside): return 100 * walks(field)
    case .text(let field, _): return 30 * walks(field)
    }
  }

  /// Processes that are asked, or texts of a list.
  private static func walks(_ field: FieldReference) -> Double {
    switch field.field.description.cardinality {
    case .ancestors: field.argument == .none ? 6 : 1
    case .list: 24
    case .one, .ends: 1
    }
  }

  /// That an event has it.
  private static func likelihood(_ anchor: Anchor) -> Double {
    switch anchor {
    case .text(_, .whole, let bytes): bytes.count < 4 ? 1 / 16 : 1 / 64
    case .text(_, .start, let bytes): bytes.count < 6 ? 1 / 2 : 1 / 16
    case .text(_, _, let bytes): bytes.count < 2 ? 1 : bytes.count < 4 ? 1 / 4 : 1 / 32
    case .path: 1 / 8
    case .integer: 1 / 32
    case .network(_, let network): network.prefixLength <= 8 ? 1 / 4 : 1 / 64
    }
  }
}

import Events
import Rules

/// What it costs to find rules by their anchors, as far as the rules alone tell: of the ways to find one the cheapest is
/// taken. In nanoseconds, roughly; only their order matters.
struct AnchorCosts {
  /// To try a rule that no index knows.
  static let ofTrying = 60.0

  private var uses: [Anchor.Group: Int] = [:]
  private var sharers: [Anchor: Int] = [:]

  /// Notes what a rule could be found by.
  mutating func note(_ predicates: Set<Int>, _ anchors: [[Anchor]?]) {
    var groups: Set<Anchor.Group> = []
    for predicate in predicates {
      for anchor in anchors[predicate] ?? [] {
        sharers[anchor, default: 0] += 1
        groups.insert(anchor.group)
      }
    }
    for group in groups { uses[group, default: 0] += 1 }
  }

  /// Of a rule that is found by these; the looks at fields are shared with others that could use them.
  func cost(of anchors: [Anchor]) -> Double {
    var groups: Set<Anchor.Group> = []
    var cost = 0.0
    for anchor in anchors {
      groups.insert(anchor.group)
      cost += Self.likelihood(anchor) * Self.ofTrying * Double(sharers[anchor] ?? 1)
    }
    return groups.reduce(cost) { $0 + Self.look($1) / Double(uses[$1] ?? 1) }
  }

  private static func look(_ group: Anchor.Group) -> Double {
    switch group {
    case .integer, .network: return 10
    case .path(let field): return 60 * walks(field)
    case .text(let field, .whole): return 20 * walks(field)
    case .text(let field, .inside): return 100 * walks(field)
    case .text(let field, _): return 30 * walks(field)
    }
  }

  /// Processes that are asked.
  private static func walks(_ field: FieldReference) -> Double {
    if case .ancestors = field.field.description.cardinality, field.argument == .none { 6 } else { 1 }
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

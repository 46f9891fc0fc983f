import Events
import Rules

/// Collects which rules are behind which predicate, and what opens it.
struct GateBuilder {
  /// By gate, places of rules.
  private(set) var rules: [[Int32]] = []
  private(set) var tried: [TriedGate] = []
  private(set) var texts: [FieldReference: TextIndex.Constituents] = [:]
  private(set) var integers: [Field: [Int64: [Int32]]] = [:]
  private(set) var networks: [Field: [Network: [Int32]]] = [:]
  private var gates: [Int: Int] = [:]

  /// - Parameter anchors: the predicate's; nil: it has to be tried.
  mutating func insert(_ place: Int32, behind predicate: Int, _ anchors: [Anchor]?) {
    if let gate = gates[predicate] { return rules[gate].append(place) }
    let gate = Int32(truncatingIfNeeded: rules.count)
    gates[predicate] = rules.count
    rules.append([place])
    guard let anchors else { return tried.append(TriedGate(predicate: Int32(truncatingIfNeeded: predicate), gate: gate)) }
    for anchor in Set(anchors) { insert(gate, at: anchor) }
  }

  private mutating func insert(_ gate: Int32, at anchor: Anchor) {
    switch anchor {
    case .text(let field, let part, let bytes):
      texts[field, default: .init()].literals[part, default: [:]][bytes, default: []].append(gate)
    case .path(let field, let path): texts[field, default: .init()].paths[path, default: []].append(gate)
    case .integer(let field, let number): integers[field, default: [:]][number, default: []].append(gate)
    case .network(let field, let network): networks[field, default: [:]][network, default: []].append(gate)
    }
  }
}

/// A predicate that has to be tried, once for all the rules behind it.
struct TriedGate: BitwiseCopyable {
  let predicate: Int32
  let gate: Int32
}

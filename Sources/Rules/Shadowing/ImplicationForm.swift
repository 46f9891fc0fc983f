internal import Events

/// A rule's condition in the form in which one is seen to follow from another: `not` stands only before comparisons, an
/// `and` in an `and` is part of it, and comparisons of one field with values, of which any will do, are one.
struct ImplicationForm {
  enum Node {
    case comparison(Predicate, isNegated: Bool)
    /// With a field that this version can't supply, as written.
    case absent(String, isNegated: Bool)
    case constant(Bool)
    case all([Int])
    case any([Int])
  }

  /// Children first; the last is the whole.
  private(set) var nodes: [Node] = []
  /// Those that may match.
  let kinds: EventKinds

  init(_ tree: ConditionTree, _ predicates: [Predicate], kinds: EventKinds) {
    self.kinds = kinds
    var isNegated = [Bool?](repeating: nil, count: tree.nodes.count)
    for (node, _) in tree.outline {
      let own = isNegated[node] ?? false
      isNegated[node] = own
      switch tree.nodes[node] {
      case .not(let child): isNegated[child] = !own
      case .and(let children), .or(let children): for child in children { isNegated[child] = own }
      case .predicate, .constant, .absent: break
      }
    }
    var places = [Int](repeating: 0, count: tree.nodes.count)
    for (place, node) in tree.nodes.enumerated() {
      guard let isNegated = isNegated[place] else { continue }
      switch node {
      case .predicate(let index): places[place] = add(Self.comparison(predicates[index], isNegated))
      case .constant(let value): places[place] = add(.constant(value != isNegated))
      case .absent(let text): places[place] = add(.absent(text, isNegated: isNegated))
      case .not(let child): places[place] = places[child]
      case .and(let children): places[place] = join(children.map { places[$0] }, isAll: !isNegated)
      case .or(let children): places[place] = join(children.map { places[$0] }, isAll: isNegated)
      }
    }
    // What is the whole may not be what was made last.
    if let last = places.last, last != nodes.count - 1 { nodes.append(nodes[last]) }
  }

  /// What has to hold, all of it.
  var parts: [Int] { if case .all(let parts)? = nodes.last { parts } else { [nodes.count - 1] } }

  private static func comparison(_ predicate: Predicate, _ isNegated: Bool) -> Node {
    switch predicate.test {
    case .isKind(let kinds) where isNegated:
      .comparison(Predicate(predicate.field, .isKind(EventKinds.all.subtracting(kinds))), isNegated: false)
    case .equals(let value): .comparison(Predicate(predicate.field, .isIn([value])), isNegated: isNegated)
    case .equalsInteger(let value): .comparison(Predicate(predicate.field, .isInIntegers([value])), isNegated: isNegated)
    default: .comparison(predicate, isNegated: isNegated)
    }
  }

  private mutating func add(_ node: Node) -> Int {
    nodes.append(node)
    return nodes.count - 1
  }

  private mutating func join(_ children: [Int], isAll: Bool) -> Int {
    var kept: [Int] = []
    for child in children {
      switch nodes[child] {
      case .all(let inner) where isAll: kept += inner
      case .any(let inner) where !isAll: kept += inner
      default: kept.append(child)
      }
    }
    kept = merged(kept, isAll: isAll)
    return kept.count == 1 ? kept[0] : add(isAll ? .all(kept) : .any(kept))
  }

  /// `x = a or x in (b, c)` is `x in (a, b, c)`, and the same of what is left out by `and`.
  private mutating func merged(_ children: [Int], isAll: Bool) -> [Int] {
    var texts: [FieldReference: Set<[UInt8]>] = [:]
    var integers: [FieldReference: Set<Int64>] = [:]
    var others: [Int] = []
    for child in children {
      switch nodes[child] {
      case .comparison(let predicate, isAll):
        switch predicate.test {
        case .isIn(let values): texts[predicate.field, default: []].formUnion(values)
        case .isInIntegers(let values): integers[predicate.field, default: []].formUnion(values)
        default: others.append(child)
        }
      default: others.append(child)
      }
    }
    for (field, values) in texts { others.append(add(.comparison(Predicate(field, .isIn(values)), isNegated: isAll))) }
    for (field, values) in integers { others.append(add(.comparison(Predicate(field, .isInIntegers(values)), isNegated: isAll))) }
    return others
  }
}

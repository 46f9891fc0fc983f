/// Predicates met so far, each once.
struct PredicatePool {
  private(set) var predicates: [Predicate] = []
  private var indices: [Predicate: Int] = [:]

  mutating func index(of predicate: Predicate) -> Int {
    if let index = indices[predicate] { return index }
    indices[predicate] = predicates.count
    predicates.append(predicate)
    return predicates.count - 1
  }
}

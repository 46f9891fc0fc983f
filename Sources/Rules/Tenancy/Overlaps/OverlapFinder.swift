internal import Events

/// Finds tenants whose matches hold for workloads that an earlier one has. What is said is so, as both conditions are
/// tried on the example; not all that is so is found.
struct OverlapFinder {
  /// One way in which a tenant's match can hold.
  fileprivate struct Way {
    let conjunction: Conjunction
    /// Values one of which a field has, as numbers, by the field's number; of fields with one value.
    let fixed: [Int: Set<Int>]
  }

  private let predicates: [Predicate]
  private let programs: [Program?]
  private var ways: [[Way]] = []
  private var forms: [ImplicationForm?] = []
  private var pairs: Int
  private var examples: Int
  private(set) var isWhole = true

  /// - Parameters:
  ///   - pairs: of ways that are compared, at most.
  ///   - examples: that are made up.
  init(_ tenancy: Tenancy, _ predicates: [Predicate], pairs: Int = 4_000_000, examples: Int = 50_000) {
    self.predicates = predicates
    self.pairs = pairs
    self.examples = examples
    programs = tenancy.tenants.map(\.match)
    var numbers = Numbers()
    for program in programs {
      let tree = program.flatMap { ConditionTree($0) }
      ways.append((tree.map { Conjunction.ways($0) } ?? []).map { way in
        Way(conjunction: way, fixed: numbers.fixed(way, predicates))
      })
      forms.append(tree.map { ImplicationForm($0, predicates, kinds: .all) })
    }
  }

  /// Of each tenant one at most: the earlier one that leaves it nothing, else the first that has some of its workloads.
  mutating func find() -> [Overlap] {
    var overlaps: [Overlap] = []
    for tenant in programs.indices {
      var found: Overlap?
      for earlier in 0..<tenant {
        guard isWhole else { return overlaps }
        if let first = found {
          guard follows(tenant, earlier) else { continue }
          found = Overlap(tenant: tenant, earlier: earlier, example: first.example, isWhole: true)
        } else {
          found = overlap(tenant, earlier)
        }
        if found?.isWhole == true { break }
      }
      if let found { overlaps.append(found) }
    }
    return overlaps
  }

  private mutating func overlap(_ tenant: Int, _ earlier: Int) -> Overlap? {
    for one in ways[tenant] {
      for other in ways[earlier] {
        pairs -= 1
        guard pairs > 0 else {
          isWhole = false
          return nil
        }
        if one.excludes(other) { continue }
        guard let example = example(one, other, tenant, earlier) else { continue }
        return Overlap(tenant: tenant, earlier: earlier, example: example, isWhole: follows(tenant, earlier))
      }
    }
    return nil
  }

  private mutating func example(_ one: Way, _ other: Way, _ tenant: Int, _ earlier: Int) -> WorkloadExample? {
    guard let both = one.conjunction.and(other.conjunction), let match = programs[tenant], let first = programs[earlier]
    else { return nil }
    examples -= 1
    guard examples > 0 else {
      isWhole = false
      return nil
    }
    return ExampleBuilder.examples(both, predicates).first {
      $0.holds(match, predicates) == true && $0.holds(first, predicates) == true
    }
  }

  private func follows(_ tenant: Int, _ earlier: Int) -> Bool {
    guard let narrow = forms[tenant], let wide = forms[earlier],
      ways[tenant].allSatisfy({ one in ways[earlier].contains { one.mayFollow($0) } })
    else { return false }
    var looks = 10_000
    return Implication.holds(narrow, wide, looks: &looks)
  }
}

extension OverlapFinder.Way {
  /// It asks for all that the other does, as far as values tell.
  fileprivate func mayFollow(_ other: Self) -> Bool {
    other.fixed.allSatisfy { field, values in fixed[field]?.isSubset(of: values) ?? false }
  }

  /// They ask for different values of one field.
  fileprivate func excludes(_ other: Self) -> Bool {
    fixed.contains { field, values in other.fixed[field].map { $0.isDisjoint(with: values) } ?? false }
  }
}

extension OverlapFinder {
  /// Numbers for fields and values, which compare faster.
  private struct Numbers {
    private var fields: [FieldReference: Int] = [:]
    private var values: [[UInt8]: Int] = [:]

    private static let maximumValues = 1_024
    /// For the kind of workload that the fields belong to.
    private static let kind = -1

    mutating func fixed(_ way: Conjunction, _ predicates: [Predicate]) -> [Int: Set<Int>] {
      var fixed: [Int: Set<Int>] = [:]
      for index in way.plain {
        let predicate = predicates[index]
        guard predicate.field.field.description.cardinality != .list, let all = Self.values(predicate.test),
          all.count <= Self.maximumValues
        else { continue }
        let field = number(of: predicate.field)
        let numbers = Set(all.map { number(of: $0) })
        fixed[field] = fixed[field].map { $0.intersection(numbers) } ?? numbers
      }
      let kinds = ExampleBuilder.kinds(way, predicates)
      if !kinds.isEmpty {
        let numbers = Set(kinds.map { number(of: Array($0.utf8)) })
        // Of several kinds no workload can be.
        fixed[Self.kind] = kinds.count == 1 ? numbers : []
      }
      return fixed
    }

    private static func values(_ test: Predicate.Test) -> [[UInt8]]? {
      switch test {
      case .equals(let value): [value]
      case .isIn(let values): Array(values)
      case .equalsInteger(let value): [Array("\(value)".utf8)]
      case .isInIntegers(let values): values.map { Array("\($0)".utf8) }
      default: nil
      }
    }

    private mutating func number(of field: FieldReference) -> Int {
      if let number = fields[field] { return number }
      fields[field] = fields.count
      return fields.count - 1
    }

    private mutating func number(of value: [UInt8]) -> Int {
      if let number = values[value] { return number }
      values[value] = values.count
      return values.count - 1
    }
  }
}

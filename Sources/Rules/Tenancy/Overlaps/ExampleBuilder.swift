internal import Events

/// Makes up a workload for which comparisons hold. It may fail where there is one; whether what it makes is one is for
/// the conditions to say.
struct ExampleBuilder {
  /// What is asked of the value of one field.
  private struct Wanted {
    /// One of these.
    var choices: [[UInt8]]?
    var start: [UInt8] = []
    var inside: [[UInt8]] = []
    var end: [UInt8] = []

    var value: [UInt8] {
      if let first = choices?.first { return first }
      let made = start + inside.joined() + end
      return made.isEmpty ? Array("some".utf8) : made
    }
  }

  /// Fields that only workloads of one kind have.
  private static let kindOfFamily = ["container.": "container", "k8s.": "container", "slurm.": "slurm-step"]
  private static let kind = FieldReference(.workloadKind)
  /// Tried where the conditions leave it open.
  private static let kinds = ["container", "slurm-step", "systemd-unit", "session"].map { Array($0.utf8) }

  /// The kinds of workload that may have all of the fields that are asked for.
  static func kinds(_ conjunction: Conjunction, _ predicates: [Predicate]) -> Set<String> {
    var kinds: Set<String> = []
    for index in conjunction.plain {
      let name = predicates[index].field.field.description.name
      for (family, kind) in kindOfFamily where name.hasPrefix(family) { kinds.insert(kind) }
    }
    return kinds
  }

  /// Workloads of several kinds, as far as the comparisons leave that open. None: no workload can be so, or it can't be
  /// made up.
  static func examples(_ conjunction: Conjunction, _ predicates: [Predicate]) -> [WorkloadExample] {
    let needed = kinds(conjunction, predicates)
    guard needed.count <= 1 else { return [] }
    var wanted: [FieldReference: Wanted] = [:]
    var lists: [FieldReference: [[UInt8]]] = [:]
    for index in conjunction.plain.sorted() {
      let predicate = predicates[index]
      let isList = predicate.field.field.description.cardinality == .list
      var own = isList ? Wanted() : wanted[predicate.field] ?? Wanted()
      guard add(predicate.test, to: &own) else { return [] }
      if isList { lists[predicate.field, default: []].append(own.value) } else { wanted[predicate.field] = own }
    }
    var example = WorkloadExample()
    for (field, wanted) in wanted { example[field] = [wanted.value] }
    for (field, values) in lists { example[field] = Array(Set(values)).sorted { $0.lexicographicallyPrecedes($1) } }
    if let kind = needed.first {
      let given = example[Self.kind]
      guard given == nil || given == [Array(kind.utf8)] else { return [] }
      example[Self.kind] = [Array(kind.utf8)]
    }
    if let given = example[Self.kind] { return given.allSatisfy(Self.kinds.contains) ? [example] : [] }
    return Self.kinds.map { kind in
      var one = example
      one[Self.kind] = [kind]
      return one
    }
  }

  /// - Returns: false if no value is like that, or none can be made up.
  private static func add(_ test: Predicate.Test, to wanted: inout Wanted) -> Bool {
    func choose(_ values: [[UInt8]]) -> Bool {
      let left = wanted.choices.map { earlier in earlier.filter { values.contains($0) } } ?? values
      wanted.choices = left
      return !left.isEmpty
    }
    func sorted(_ values: Set<[UInt8]>) -> [[UInt8]] { values.sorted { $0.lexicographicallyPrecedes($1) } }
    func number(_ value: Int64) -> [UInt8] { Array("\(value)".utf8) }
    switch test {
    case .exists, .notEquals, .notEqualsInteger: return true
    case .equals(let value), .equalsIgnoringCase(let value): return choose([value])
    case .isIn(let all), .anyIn(let all), .allIn(let all): return choose(sorted(all))
    case .startsWith(let part), .startsWithIgnoringCase(let part):
      if part.count > wanted.start.count { wanted.start = part }
    case .endsWith(let part), .endsWithIgnoringCase(let part): if part.count > wanted.end.count { wanted.end = part }
    case .contains(let part), .containsIgnoringCase(let part): wanted.inside.append(part)
    case .glob(let glob):
      guard let made = made(glob.pattern) else { return false }
      return choose([made])
    case .wildcard(let wildcard):
      guard let made = made(wildcard.globPattern) else { return false }
      return choose([made])
    case .regex(let regex):
      guard let literal = regex.necessaryLiterals?.first else { return false }
      wanted.inside.append(literal)
    case .pathPrefix(let paths):
      guard let path = paths.paths.first else { return false }
      return choose([path])
    case .equalsInteger(let value): return choose([number(value)])
    case .isInIntegers(let all): return choose(all.sorted().map(number))
    case .orderedInteger(let order, let value):
      switch order {
      case .less: return value > .min && choose([number(value - 1)])
      case .greater: return value < .max && choose([number(value + 1)])
      case .lessOrEqual, .greaterOrEqual: return choose([number(value)])
      }
    case .equalsBoolean(let value): return choose([Array("\(value)".utf8)])
    case .notEqualsBoolean(let value): return choose([Array("\(!value)".utf8)])
    case .ordered(let order, let value): return order == .less ? false : choose([order == .greater ? value + [0x7A] : value])
    case .isInNetworks, .isNotInNetworks, .isKind, .ofExpression, .related: return false
    }
    return true
  }

  /// A text that a glob matches. nil: it has more in it than `*` and `?`.
  private static func made(_ pattern: [UInt8]) -> [UInt8]? {
    guard !pattern.contains(UInt8(ascii: "[")), !pattern.contains(UInt8(ascii: "\\")) else { return nil }
    return pattern.filter { $0 != UInt8(ascii: "*") }.map { $0 == UInt8(ascii: "?") ? UInt8(ascii: "x") : $0 }
  }
}

internal import Events

/// A workload as it could be: values of some of its facts. All others are absent.
struct WorkloadExample {
  /// Of a list, each of its values; else one.
  private(set) var values: [FieldReference: [[UInt8]]] = [:]

  subscript(_ field: FieldReference) -> [[UInt8]]? {
    get { values[field] }
    set { values[field] = newValue }
  }

  /// Whether a condition holds for it; nil: that can't be told.
  func holds(_ program: Program, _ predicates: [Predicate]) -> Bool? {
    var isTold = true
    let value = program.run { index in
      guard let value = holds(predicates[index]) else {
        isTold = false
        return false
      }
      return value
    }
    return isTold ? value : nil
  }

  private func holds(_ predicate: Predicate) -> Bool? {
    guard let values = values[predicate.field], !values.isEmpty else {
      // A function of absent fields is absent as well, and one over others may not be.
      if case .ofExpression = predicate.test { return nil }
      return false
    }
    if case .allIn(let all) = predicate.test { return values.allSatisfy { all.contains($0) } }
    var isAny = false
    for value in values {
      guard let holds = Self.holds(predicate.test, value) else { return nil }
      if holds { isAny = true }
    }
    return isAny
  }

  private static func holds(_ test: Predicate.Test, _ value: [UInt8]) -> Bool? {
    func lower() -> [UInt8] { value.map { Wildcard.lowercased($0) } }
    switch test {
    case .exists: return true
    case .equals(let other): return value == other
    case .notEquals(let other): return value != other
    case .isIn(let all), .anyIn(let all), .allIn(let all): return all.contains(value)
    case .contains(let part): return value.contains(part)
    case .containsIgnoringCase(let part): return lower().contains(part)
    case .startsWith(let part): return value.starts(with: part)
    case .endsWith(let part): return value.reversed().starts(with: part.reversed())
    case .equalsIgnoringCase(let other): return lower() == other
    case .startsWithIgnoringCase(let part): return lower().starts(with: part)
    case .endsWithIgnoringCase(let part): return lower().reversed().starts(with: part.reversed())
    case .glob(let glob): return glob.matches(value.span.bytes)
    case .regex(let regex): return regex.matches(value.span.bytes)
    case .wildcard(let wildcard): return wildcard.matches(value.span.bytes)
    case .pathPrefix(let paths): return paths.matches(value.span.bytes)
    case .ordered(let order, let other):
      return value == other
        ? order == .lessOrEqual || order == .greaterOrEqual
        : order.holds(value.lexicographicallyPrecedes(other) ? 0 : 1, value.lexicographicallyPrecedes(other) ? 1 : 0)
    case .equalsInteger(let number): return ConstantParser.integer(value).map { $0 == number }
    case .notEqualsInteger(let number): return ConstantParser.integer(value).map { $0 != number }
    case .isInIntegers(let numbers): return ConstantParser.integer(value).map { numbers.contains($0) }
    case .orderedInteger(let order, let number): return ConstantParser.integer(value).map { order.holds($0, number) }
    case .equalsBoolean(let boolean): return ConstantParser.boolean(value).map { $0 == boolean }
    case .notEqualsBoolean(let boolean): return ConstantParser.boolean(value).map { $0 != boolean }
    case .isInNetworks, .isNotInNetworks, .isKind, .ofExpression, .related: return nil
    }
  }

  /// For people: `slurm.account = m1234, workload.kind = slurm-step`.
  var text: String {
    let parts = values.keys.sorted { $0.text < $1.text }.map { field in
      let all = (values[field] ?? []).map { Predicate.written(Array($0.prefix(80))) }
      return all.count == 1 ? "\(field.text) = \(all[0])" : "\(field.text) of \(all.joined(separator: " and "))"
    }
    return DisplayText.escaped(parts.joined(separator: ", "), limit: 400)
  }
}

internal import Events

extension PolicyBuilder {
  /// Compiles `tenants.yaml`, whose conditions may use the site's macros and lists. Errors are in the log.
  ///
  /// - Parameter file: its number.
  mutating func tenancy(_ items: TenancyItems, file: Int) -> Tenancy {
    var indices: [String: Int] = [:]
    var rulesets: [Ruleset] = []
    for item in items.rulesets {
      indices[item.name] = rulesets.count
      let when = item.when.flatMap { facts($0, "the 'when' of \(DisplayText.quoted(item.name))", in: items.file, number: file) }
      rulesets.append(Ruleset(name: item.name, description: item.description, when: when, location: item.location))
    }
    let names = indices.keys.sorted()
    var listed: Set<Int> = []
    var tenants: [Tenant] = []
    for item in items.tenants {
      var own: Set<Int> = []
      for name in item.rulesets {
        guard let index = indices[name.text] else {
          log.error(
            items.file.location(at: name.start), "unknown ruleset \(DisplayText.quoted(name.text))",
            hint: hints.hint(name.text, among: names) ?? "'rulesets' of the file defines them")
          continue
        }
        own.insert(index)
      }
      listed.formUnion(own)
      let match = item.match.flatMap { facts($0, "the match of \(DisplayText.quoted(item.name))", in: items.file, number: file) }
      tenants.append(
        Tenant(
          name: item.name, description: item.description, match: match, rulesets: own.sorted(), owners: item.owners,
          limits: item.limits, syslog: item.syslog, location: item.location))
    }
    for (index, item) in items.rulesets.enumerated() where item.when == nil && !listed.contains(index) {
      log.warn(
        item.location, "no tenant lists the ruleset \(DisplayText.quoted(item.name)), and it has no 'when': its rules never hold")
    }
    return Tenancy(tenants: tenants, rulesets: rulesets, file: items.file.name)
  }

  /// A condition over what is known of a workload. nil: it has an error, told in the log.
  ///
  /// - Parameter what: it is, for messages.
  private mutating func facts(_ scalar: YAMLScalar, _ what: String, in source: SourceFile, number: Int) -> Program? {
    let (parsed, text) = parse([ItemText(scalar: scalar, file: number)])
    guard let parsed else { return nil }
    let foreign = foreignFields(of: parsed)
    for error in foreign.prefix(ConditionChecker.maximumErrors) { report(error, text) }
    let (checked, checker) = checked(parsed)
    for error in checker.errors where error.reason != .unknownField || foreign.isEmpty { report(error, text) }
    let used = macros.closure(of: checker.usedMacros)
    for macro in used where told.insert(macro).inserted {
      for error in macros.entries[macro].errors { report(error, macros.entries[macro].text) }
    }
    guard foreign.isEmpty, let checked, used.allSatisfy({ macros.entries[$0].condition != nil }) else { return nil }
    let place = source.location(at: scalar.start)
    let limit = min(limits.operations, limits.totalOperations - operations)
    guard limit > 0, let program = ProgramBuilder.program(for: checked, macros: macros, limit: limit) else {
      operations += max(0, limit)
      log.error(
        place, "\(what) is too large once its macros are put in",
        hint: "at most \(limits.operations) operations a condition, \(limits.totalOperations) in all")
      return nil
    }
    operations += program.operations.count
    let missing = checked.gaps.allFields.sorted()
    if !missing.isEmpty {
      log.warn(place, "\(what) asks for what this version can't supply: \(missing.shortList)")
    } else if checked.outcomes.canBeTrue.isEmpty {
      log.warn(place, "\(what) can never hold: it contradicts itself")
    }
    return program
  }

  /// What it asks for that belongs to events, or that it decides itself.
  private func foreignFields(of condition: Condition) -> [ConditionError] {
    var errors: [ConditionError] = []
    for node in condition.nodes {
      switch node {
      case .check(let check):
        for field in check.fieldNames where !FactFields.contains(field.name) {
          errors.append(Self.foreign(field.name, at: field.offset, macro: nil))
        }
      case .macro(let name, let offset):
        guard let macro = macroIndex(name), let field = foreignField(ofMacro: macro) else { continue }
        errors.append(Self.foreign(field, at: offset, macro: name))
      case .not, .and, .or: continue
      }
    }
    return errors
  }

  private func foreignField(ofMacro macro: Int) -> String? {
    for index in macros.closure(of: [macro]) {
      for node in macros.entries[index].condition?.nodes ?? [] {
        switch node {
        case .predicate(let predicate, _):
          let names = pool.predicates[predicate].fields.map(\.field.description.name)
          if let name = names.first(where: { !FactFields.contains($0) }) { return name }
        case .absent(let name): if !FactFields.contains(name) { return name }
        case .constant, .macro, .not, .and, .or: continue
        }
      }
    }
    return nil
  }

  private static func foreign(_ field: String, at offset: Int, macro: String?) -> ConditionError {
    let asked = macro.map { "by the macro \(DisplayText.quoted($0)) it asks for \(DisplayText.quoted(field))" }
    let name = DisplayText.quoted(field)
    let isOfTenant = field.hasPrefix("tenant.")
    return ConditionError(
      .type, at: offset,
      "\(asked.map { "\($0), which" } ?? name) \(isOfTenant ? "is decided only by 'match'" : "tells of an event, not of a workload")",
      hint: isOfTenant ? "a tenant lists its rulesets by name" : "expected \(FactFields.names)")
  }
}

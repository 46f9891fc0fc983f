/// What a policy is put together of.
struct PolicyParts {
  var rules: [Rule] = []
  var correlations: [Correlation] = []
  var tenancy: Tenancy?

  mutating func add(_ parts: PolicyBuilder.Parts) {
    rules += parts.rules
    correlations += parts.correlations
  }

  /// Keeps the predicates that are used.
  func policy(_ pool: PredicatePool) -> Policy {
    var used = PredicatePool()
    func compiled(_ program: Program) -> Program {
      program.replacing(
        program.operations.map { operation in
          if case .test(let index) = operation { return .test(used.index(of: pool.predicates[index])) }
          return operation
        })
    }
    let rules = rules.map { rule in
      var rule = rule
      rule.condition = compiled(rule.condition)
      return rule
    }
    let tenancy = tenancy?.replacing(compiled)
    return Policy(rules: rules, predicates: used.predicates, correlations: correlations, tenancy: tenancy)
  }
}

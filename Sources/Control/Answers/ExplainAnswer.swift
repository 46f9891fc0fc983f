/// `GET /v1/explain`: whose a workload is, and why.
package struct ExplainAnswer: Codable, Sendable {
  package struct Fact: Codable, Sendable {
    package var name: String
    package var value: String
    package var source: String
    package var ageSeconds: Double

    package init(name: String, value: String, source: String, ageSeconds: Double) {
      self.name = name
      self.value = value
      self.source = source
      self.ageSeconds = ageSeconds
    }
  }

  /// A part of a condition; what belongs to it follows, one deeper.
  package struct Part: Codable, Sendable {
    package var depth: Int
    package var text: String
    /// yes, no, maybe
    package var value: String
    /// Of the field.
    package var contents: [String]

    package init(depth: Int, text: String, value: String, contents: [String]) {
      self.depth = depth
      self.text = text
      self.value = value
      self.contents = contents
    }
  }

  /// A tenant's `match`.
  package struct Clause: Codable, Sendable {
    package var tenant: String
    /// yes, no, maybe: of the whole.
    package var value: String
    package var parts: [Part]

    package init(tenant: String, value: String, parts: [Part]) {
      self.tenant = tenant
      self.value = value
      self.parts = parts
    }
  }

  package struct Ruleset: Codable, Sendable {
    package var name: String
    package var active: Bool
    /// Tenants that it is active for as they list it.
    package var listedBy: [String]
    /// Of its `when`, if it has one: what it comes to, and its parts.
    package var value: String?
    package var parts: [Part]

    package init(name: String, active: Bool, listedBy: [String], value: String?, parts: [Part]) {
      self.name = name
      self.active = active
      self.listedBy = listedBy
      self.value = value
      self.parts = parts
    }
  }

  package var workload: WorkloadAnswer
  package var facts: [Fact]
  /// Of those that have the workload, or may have it: their `match`.
  package var clauses: [Clause]
  package var rulesets: [Ruleset]

  package init(workload: WorkloadAnswer, facts: [Fact], clauses: [Clause], rulesets: [Ruleset]) {
    self.workload = workload
    self.facts = facts
    self.clauses = clauses
    self.rulesets = rulesets
  }

  /// What an owner of these tenants is to see of it: nothing of other tenants.
  func limited(to tenants: Set<String>) -> ExplainAnswer {
    var answer = self
    answer.workload = workload.limited(to: tenants)
    answer.clauses = clauses.filter { tenants.contains($0.tenant) }
    answer.rulesets = rulesets.filter(\.active).map { ruleset in
      var ruleset = ruleset
      ruleset.listedBy = ruleset.listedBy.filter(tenants.contains)
      return ruleset
    }
    return answer
  }
}

extension WorkloadAnswer {
  /// As an owner of these tenants is to see it.
  func limited(to tenants: Set<String>) -> WorkloadAnswer {
    var workload = self
    workload.candidates = candidates.filter(tenants.contains)
    return workload
  }
}

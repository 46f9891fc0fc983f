internal import Control
internal import Events

/// What `selvage tenant explain` shows.
enum TenancyReport {
  static func text(_ answer: ExplainAnswer) -> String {
    let workload = answer.workload
    var lines = [
      "\(shown(workload.kind)) \(shown(workload.name)), identity \(shown(workload.identity))",
      "cgroup  \(workload.cgroup) \(shown(workload.path))",
      "tenant  \(shown(tenant(workload)))",
    ]
    var facts = TextTable("FACT", "SOURCE", "AGE", "VALUE")
    for fact in answer.facts { facts.add(fact.name, fact.source, age(fact.ageSeconds), fact.value) }
    if facts.count > 0 { lines += ["", facts.text] }
    for clause in answer.clauses {
      lines += ["", "Tenant \(shown(clause.tenant)): \(shown(clause.value))"] + parts(clause.parts)
    }
    for ruleset in answer.rulesets {
      lines += ["", "Ruleset \(shown(ruleset.name)): \(ruleset.active ? "active" : "not active")\(listed(ruleset))"] + parts(ruleset.parts)
    }
    return lines.joined(separator: "\n")
  }

  private static func tenant(_ workload: WorkloadAnswer) -> String {
    if let tenant = workload.tenant { return tenant }
    return workload.candidates.isEmpty ? "-" : "not sure yet: \(workload.candidates.joined(separator: " or "))"
  }

  private static func listed(_ ruleset: ExplainAnswer.Ruleset) -> String {
    ruleset.listedBy.isEmpty ? "" : ", listed by \(ruleset.listedBy.map(shown).joined(separator: ", "))"
  }

  private static func parts(_ parts: [ExplainAnswer.Part]) -> [String] {
    parts.map { part in
      let value = shown(part.value) + String(repeating: " ", count: max(0, 5 - part.value.count))
      // Deep ones would be out of sight.
      let indent = String(repeating: " ", count: min(max(0, part.depth), 40) * 2)
      let contents = part.contents.isEmpty ? "" : "  (\(part.contents.map(shown).joined(separator: ", ")))"
      return "  \(value) \(indent)\(shown(part.text))\(contents)"
    }
  }

  private static func age(_ seconds: Double) -> String {
    switch seconds {
    case ..<120: "\(Int(max(0, seconds))) s"
    case ..<7200: "\(Int(seconds / 60)) min"
    case ..<172_800: "\(Int(seconds / 3600)) h"
    case ..<1e10: "\(Int(seconds / 86_400)) days"
    default: "?"
    }
  }

  private static func shown(_ text: String) -> String { DisplayText.escaped(text, limit: 512) }
}

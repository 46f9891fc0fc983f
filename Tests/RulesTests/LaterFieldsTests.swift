import Events
import Testing

@testable import Rules

struct LaterFieldsTests {
  @Test func noFieldThatThereIs() {
    for field in FieldTable.all { #expect(!LaterFields.contains(field.name), "\(field.name)") }
  }

  @Test(arguments: ["user.name", "evt.arg.flags", "container.cni.json", "dns.question", "k8s.rs.name"])
  func areKnownAndAbsent(name: String) throws {
    let loaded = load(ruleFile("evt.type = execve and proc.pid = 1 and not \(name) = x", output: "by %\(name)."))
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(policy.rules[0].output.parts == [.text("by "), .absent(name, written: name), .text(".")])
    #expect(policy.predicates.map(\.test) == [.isKind(EventKinds(.exec)), .equalsInteger(1)])
    let report = try #require(loaded.rules.first)
    #expect(report.status == .degraded && report.canMatch && report.overfires)
    #expect(report.missingFields == [name] && report.missingUnderNot == [name] && report.missingOutputFields == [name])
    #expect(loaded.warnings.map { "\($0.message); \($0.hint ?? "")" } == [
      "degraded rule 'R': this node can't supply \(name); it fires for more than it means to: \(name) stands under 'not'"
    ])
  }

  @Test func othersAreUnknown() {
    #expect(failure("user.nmae = x").hasPrefix("1:1 unknown field 'user.nmae'"))
    #expect(failure("no.such = x") == "1:1 unknown field 'no.such'; `selvage fields` lists the fields")
  }
}

import Engine
import Events
import Rules
import Testing

@testable import Trials

/// What one policy tells that another doesn't.
struct AlertDifferenceTests {
  private func policy(_ rules: [(name: String, condition: String, output: String)]) throws -> Policy {
    let text = rules.map { "- {rule: \($0.name), desc: d, condition: '\($0.condition)', output: '\($0.output)', priority: Error}\n" }.joined()
    return try #require(PolicyLoader().load(files: [("r.yaml", Array(text.utf8))]).policy)
  }

  private static let old = [
    ("Stays", "evt.type = execve and proc.name = a", "%proc.pid"), ("Wider", "evt.type = execve and proc.name in (a, b)", "o"),
    ("Says", "evt.type = execve and proc.name = a", "before"), ("Gone", "evt.type = execve and proc.name = c", "o"),
  ]
  private static let new = [
    ("Stays", "evt.type = execve and proc.name = a", "%proc.pid"), ("Wider", "evt.type = execve and proc.name in (b, c)", "o"),
    ("Says", "evt.type = execve and proc.name = a", "after"), ("Come", "evt.type = execve and proc.name = c", "o"),
  ]

  private func compare(_ traces: [String], limit: Int = 10) throws -> [String] {
    var difference = AlertDifference(old: try policy(Self.old), new: try policy(Self.new), limit: limit, processes: 100)
    for programs in traces {
      difference.start()
      let lines = programs.enumerated().map { "{\"kind\":\"exec\",\"pid\":\($0.offset + 10),\"exe\":\"/bin/\($0.element)\"}\n" }.joined()
      var reader = try TraceReader(bytes: Array(lines.utf8), name: "t")
      _ = reader.forEach { difference.process($0) }
    }
    func text(_ tally: AlertDifference.Tally) -> String {
      "\(tally.count)" + tally.first.map { " \($0.trace):\($0.alert.recordNumber)" }.joined()
    }
    let rules = difference.rows.sorted { $0.key.rule < $1.key.rule }.map { "\($0.rule) -\(text($1.removed)) +\(text($1.added)) ~\(text($1.changed))" }
    return rules + ["\(difference.records) records, \(difference.same) the same"]
  }

  @Test func addedRemovedAndChanged() throws {
    #expect(
      try compare(["abc", "zab"]) == [
        "Come -0 +1 0:3 ~0", "Gone -1 0:3 +0 ~0", "Says -0 +0 ~2 0:1 1:2", "Wider -2 0:1 1:2 +1 0:3 ~0", "6 records, 4 the same",
      ])
    #expect(try compare(["zzz"]) == ["3 records, 0 the same"])
  }

  @Test func thoseBeyondTheLimitAreCounted() throws {
    #expect(try compare([String(repeating: "c", count: 50)], limit: 2).contains("Come -0 +50 0:1 0:2 ~0"))
    #expect(try compare(["c"], limit: 0).contains("Come -0 +1 ~0"))
  }
}

import Rules
import Testing

@testable import Engine

/// Made-up correlations on made-up streams, against a plain, obviously right evaluator.
struct CorrelationDifferentialTests {
  private struct Case {
    var kind = Correlation.Kind.eventCount
    var members: [Int] = []
    var count = 1...Int.max
    var seconds = 1
    var byUser = false
    var byName = false

    init(_ random: inout Generator) {
      kind = random.element(Correlation.Kind.allCases)
      let all = [1, 2, 3, 4]
      let first = random.below(4)
      members = Array((all[first...] + all[..<first]).prefix(1 + random.below(4)))
      let least = kind == .temporal ? 1 + random.below(members.count) : 1 + random.below(5)
      if kind == .temporalOrdered {
        count = members.count...Int.max
      } else if random.below(3) == 0 {
        let most = least + random.below(4)
        count = kind == .temporal && most >= members.count ? least...Int.max : least...most
      } else {
        count = least...Int.max
      }
      seconds = 1 + random.below(8)
      byUser = random.below(2) == 0
      byName = random.below(3) == 0
    }

    var plain: PlainCorrelation {
      PlainCorrelation(kind: kind, members: members.count, count: count, seconds: seconds)
    }

    /// - Parameter members: names.
    func text(_ members: [String], name: String) -> String {
      var lines = ["type: \(kind.rawValue)", "rules: [\(members.joined(separator: ", "))]", "timespan: \(seconds)s"]
      let group = (byUser ? ["LogonId"] : []) + (byName ? ["proc.name"] : [])
      if !group.isEmpty { lines.append("group-by: [\(group.joined(separator: ", "))]") }
      if kind != .temporalOrdered {
        let field = kind == .valueCount ? "field: Image, " : ""
        let most = count.upperBound == .max ? "" : ", lte: \(count.upperBound)"
        lines.append("condition: {\(field)gte: \(count.lowerBound)\(most)}")
      }
      return CorrelationFile.correlation(lines.joined(separator: "\n"), name: name)
    }
  }

  private struct Happening {
    let rules: Set<Int>
    let user: Int
    let name: String
    let exe: String?
    let time: UInt64
  }

  /// Times go on by up to a second, and now and then back a little.
  private static func stream(_ random: inout Generator) -> (TestStream, [Happening]) {
    var stream = TestStream()
    var happenings: [Happening] = []
    var now = 10.0
    var latest: UInt64 = 0
    let pace = random.element([0.05, 0.4, 1.5])
    for _ in 0..<(20 + random.below(180)) {
      now += Double(random.below(1000)) / 1000 * pace
      // Whole seconds now and then, so that windows are met exactly.
      if random.below(4) == 0 { now = now.rounded() }
      let second = random.below(5) == 0 ? now - Double(random.below(100)) / 1000 : now
      let rules = Set((0..<random.below(4)).map { _ in 1 + random.below(4) })
      let user = random.below(3)
      let name = random.element(["x", "y"])
      let exe = random.element([nil, "/bin/a", "/bin/b", "/bin/c", "/bin/d", "/bin/e"])
      stream.event(rules.sorted(), user: UInt32(user), exe: exe, comm: name, second: second)
      latest = max(latest, stream.time)
      happenings.append(Happening(rules: rules, user: user, name: name, exe: exe, time: latest))
    }
    return (stream, happenings)
  }

  /// - Parameter members: of the n-th happening.
  private static func expected(
    _ item: Case, _ happenings: [Happening], _ members: (Int, Happening) -> Set<Int>
  ) -> [PlainCorrelation.Firing] {
    let events = happenings.enumerated().map { index, happening in
      PlainCorrelation.Event(
        number: UInt64(index + 2), time: happening.time, members: members(index, happening),
        group: (item.byUser ? ["\(happening.user)"] : []) + (item.byName ? [happening.name] : []), value: happening.exe)
    }
    return item.plain.firings(events, end: happenings.last?.time ?? 0)
  }

  private static func members(_ item: Case, _ happening: Happening) -> Set<Int> {
    Set(item.members.indices.filter { happening.rules.contains(item.members[$0]) })
  }

  private static func found(_ alerts: [Alert], _ name: String) -> [PlainCorrelation.Firing] {
    alerts.filter { $0.rule == name }.map { alert in
      func number(_ name: String) -> Int64 {
        for field in alert.fields where field.name == name { if case .integer(let number) = field.value { return number } }
        return -1
      }
      let group = alert.fields.filter { $0.name.hasPrefix("correlation.by.") }.map { AlertBuilder.shown($0.value) }
      #expect(alert.recordNumber == UInt64(number("correlation.last")))
      return PlainCorrelation.Firing(
        last: alert.recordNumber, first: UInt64(number("correlation.first")), count: Int(number("correlation.count")),
        group: group)
    }.sorted()
  }

  @Test func agreesWithThePlainEvaluator() throws {
    var random = Generator(seed: 7)
    var fired: [String: Int] = [:]
    var quiet = 0
    for round in 0..<300 {
      let item = Case(&random)
      let (stream, happenings) = Self.stream(&random)
      let text = item.text(item.members.map { "r\($0)" }, name: "c")
      let policy = try CorrelationFile.policy([text] + (1...4).map(CorrelationFile.rule))
      let found = Self.found(stream.alerts(policy), "Correlation c")
      let expected = Self.expected(item, happenings) { Self.members(item, $1) }
      #expect(found == expected, "round \(round)\n\(text)")
      if found != expected { return }
      fired["\(item.kind) \(item.count.upperBound == .max)", default: 0] += found.count
      if found.isEmpty { quiet += 1 }
    }
    #expect(quiet > 10, "\(quiet)")
    for kind in Correlation.Kind.allCases {
      #expect(fired["\(kind) true", default: 0] > 250, "\(fired)")
      if kind != .temporalOrdered { #expect(fired["\(kind) false", default: 0] > 25, "\(fired)") }
    }
  }

  @Test func chainsAgreeWithThePlainEvaluator() throws {
    var random = Generator(seed: 11)
    var fired = 0
    for round in 0..<200 {
      var inner = Case(&random)
      if inner.count.upperBound != .max { inner.count = inner.count.lowerBound...Int.max }
      var outer = Case(&random)
      while outer.members.count < 2 { outer = Case(&random) }
      // The inner one takes the place of the outer's first rule.
      let (stream, happenings) = Self.stream(&random)
      let names = ["inner"] + outer.members.dropFirst().map { "r\($0)" }
      let documents = [outer.text(names, name: "outer"), inner.text(inner.members.map { "r\($0)" }, name: "inner")]
      let policy = try CorrelationFile.policy(documents + (1...4).map(CorrelationFile.rule))
      let inside = Set(Self.expected(inner, happenings) { Self.members(inner, $1) }.map(\.last))
      let expected = Self.expected(outer, happenings) { index, happening in
        var members = Self.members(outer, happening).subtracting([0])
        if inside.contains(UInt64(index + 2)) { members.insert(0) }
        return members
      }
      let alerts = stream.alerts(policy)
      let found = Self.found(alerts, "Correlation outer")
      #expect(found == expected, "round \(round)\n\(documents.joined(separator: "\n"))")
      if found != expected { return }
      #expect(!alerts.contains { $0.rule == "Correlation inner" })
      fired += found.count
    }
    #expect(fired > 500, "\(fired)")
  }
}

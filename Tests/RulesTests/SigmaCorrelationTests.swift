import Testing

@testable import Rules

/// How correlation rules load: what they refer to, what becomes of them, and what is wrong with them.
struct SigmaCorrelationTests {
  private static let rule = """
    title: Started
    id: 00000000-0000-4000-8000-000000000001
    name: started
    logsource: {product: linux, category: process_creation}
    detection: {a: {Image: /bin/x}, condition: a}
    level: high
    """
  private static let other = """
    title: Connected
    name: connected
    logsource: {product: linux, category: network_connection}
    detection: {a: {DestinationPort: 22}, condition: a}
    level: low
    """
  private static let foreign = """
    title: Elsewhere
    name: elsewhere
    logsource: {product: windows, category: process_creation}
    detection: {a: {Image: x}, condition: a}
    """

  /// A correlation with that section, one key a line, before the rules.
  private func file(_ section: String, more: String = "", rules: [String] = [rule, other, foreign]) -> String {
    let lines = section.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n  ")
    return (["title: C\n\(more)\ncorrelation:\n  \(lines)"] + rules).joined(separator: "\n---\n")
  }

  private let count = "type: event_count\nrules: [started]\ntimespan: 5m\ncondition: {gte: 10}"

  private func correlation(_ section: String, more: String = "") throws -> Correlation {
    let loaded = load(file(section, more: more))
    return try #require(loaded.policy?.correlations.first, "\(loaded.report)")
  }

  @Test func itIsCompiled() throws {
    let loaded = load(
      file(
        "type: value_count\nrules: [started, connected]\ngroup-by: [User, here]\ntimespan: 90m\n"
          + "condition: {field: ProcessId, gt: 2}\naliases:\n  here: {started: Image, connected: DestinationIp}",
        more: "level: critical\ntags: [t]\ndescription: what it means"))
    let policy = try #require(loaded.policy, "\(loaded.report)")
    let correlation = try #require(policy.correlations.first)
    #expect(correlation.name == "C" && correlation.description == "what it means" && correlation.tags == ["t"])
    #expect(correlation.priority == .critical && correlation.seconds == 5400 && correlation.count == 3...Int.max)
    #expect(correlation.members.map(\.source) == [.rule(0), .rule(1)])
    #expect(
      correlation.members.map { $0.keys.map { $0.group.map(\.name) + [$0.value?.name ?? ""] } }
        == [[["user.ruid", "proc.exepath", "proc.pid"]], [["user.ruid", "fd.sip", "proc.pid"]]])
    #expect(correlation.text == "value_count of ProcessId >= 3 within 90m by User, here: started, connected")
    #expect(policy.rules.map(\.alerts) == [false, false])
    #expect(loaded.counts.rules == 4 && loaded.counts.active == 3 && loaded.counts.unsupported == 1)
    #expect(loaded.rules.map(\.name) == ["C", "Started", "Connected", "Elsewhere"])
    #expect(loaded.rules.map(\.status) == [.full, .full, .full, .unsupported])
  }

  @Test func rulesAreReferredToByNameAndId() throws {
    let byID = count.replacing("[started]", with: "00000000-0000-4000-8000-000000000001")
    #expect(try correlation(byID).members.map(\.source) == [.rule(0)])
    #expect(try correlation(count).priority == .error, "its rule's")
  }

  @Test(arguments: [
    ("{gt: 3}", 4...Int.max), ("{gte: 3}", 3...Int.max), ("{lt: 3}", 1...2), ("{lte: 3}", 1...3), ("{eq: 3}", 3...3),
    ("{gt: 2, lte: 5}", 3...5), ("{gte: 2, gt: 3}", 4...Int.max), ("{gte: 0}", 1...Int.max),
  ])
  func conditionsAreRanges(_ condition: String, _ range: ClosedRange<Int>) throws {
    #expect(try correlation(count.replacing("{gte: 10}", with: condition)).count == range)
  }

  /// All of the rules can be asked for in several ways.
  @Test(arguments: ["", "\ncondition: {gte: 2}", "\ncondition: {eq: 2}", "\ncondition: {gt: 1, lte: 7}"])
  func temporalAsksForAllUnlessItSaysSo(_ condition: String) throws {
    let both = "rules: [started, connected]\ntimespan: 5m\(condition)"
    #expect(try correlation("type: temporal\n" + both).count == 2...Int.max)
    #expect(try correlation("type: temporal_ordered\n" + both).count == 2...Int.max)
  }

  // MARK: Generate

  @Test(arguments: ["generate", "  generate"])
  func itsRulesAlertIfItSaysSo(_ key: String) throws {
    let loaded = load(file(count, more: "").replacing("correlation:", with: key == "generate" ? "generate: true\ncorrelation:" : "correlation:\n  generate: true"))
    #expect(loaded.policy?.rules.map(\.alerts) == [true, true], "\(loaded.report)")
    #expect(load(file(count)).policy?.rules.map(\.alerts) == [false, true])
  }

  @Test func aRuleOfAnotherFileIsSilencedAndThatIsTold() throws {
    let files = [("a.yml", file(count, rules: [])), ("b.yml", Self.rule)].map { ($0.0, Array($0.1.utf8)) }
    let loaded = PolicyLoader().load(files: files)
    #expect(loaded.policy?.rules.map(\.alerts) == [false])
    #expect(
      loaded.warnings.map { "\($0.location) \($0.message)" } == [
        "a.yml:5:11 the rule 'started' of another file no longer alerts by itself, but counts for 'C'"
      ])
  }

  @Test func namesCountInTheirFileFirst() throws {
    let files = ["a.yml", "b.yml"].map { ($0, Array(file(count, more: "id: \($0)").utf8)) }
    let loaded = PolicyLoader().load(files: files)
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(policy.correlations.map { $0.members.map(\.source) } == [[.rule(0)], [.rule(2)]])
    #expect(policy.correlations.map(\.name) == ["C", "C (b.yml)"])
    let third = ("c.yml", Array(file(count, rules: []).utf8))
    let ambiguous = PolicyLoader().load(files: files + [third])
    #expect(ambiguous.errors.map(\.message) == ["2 rules have the name or id 'started'"])
    #expect(ambiguous.errors.first?.location.file == "c.yml" && ambiguous.errors.first?.hint == "they begin at a.yml:9:1, b.yml:9:1")
  }

  @Test func correlationsRunAfterThoseThatTheyReferTo() throws {
    let outer = "title: Outer\ncorrelation: {type: temporal_ordered, rules: [inner, connected], timespan: 1h, group-by: [User]}"
    let inner = "title: Inner\nname: inner\ncorrelation: {type: event_count, rules: [started], timespan: 1m, condition: {gte: 3}}"
    let loaded = load([outer, inner, Self.rule, Self.other].joined(separator: "\n---\n"))
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(policy.correlations.map(\.name) == ["Inner", "Outer"] && policy.correlations.map(\.alerts) == [false, true])
    #expect(policy.correlations[1].members.map(\.source) == [.correlation(0), .rule(1)])
    #expect(policy.rules(of: policy.correlations[1]) == [0, 1])
  }

  // MARK: What is left out, or in part

  /// `line:column message` of the only warning, and the status.
  @Test(arguments: [
    ("type: value_sum\nrules: [started]\ntimespan: 5m\ncondition: {gte: 10, field: ProcessId}",
     "4:9 unsupported rule 'C': correlations of the type 'value_sum' are not supported yet"),
    ("type: temporal\nrules: [started, connected]\ntimespan: 5m\ncondition: started and not connected",
     "7:14 unsupported rule 'C': conditions over the names of rules are not supported yet"),
    ("type: event_count\nrules: [started]\ntimespan: 5m\ncondition: {neq: 3}",
     "7:15 unsupported rule 'C': 'neq' in a correlation's condition is not supported yet"),
    ("type: event_count\nrules: [elsewhere]\ntimespan: 5m\ncondition: {gte: 3}",
     "1:1 unsupported rule 'C': it can't match without elsewhere, which is left out"),
    ("type: temporal\nrules: [started, elsewhere]\ntimespan: 5m",
     "1:1 unsupported rule 'C': it can't match without elsewhere, which is left out"),
    ("type: temporal_ordered\nrules: [started, connected]\ntimespan: 5m\ncondition: {gte: 1}",
     "7:14 unsupported rule 'C': 'temporal_ordered' asks for all of its rules, and this condition for others"),
    ("type: event_count\nrules: [connected]\ngroup-by: [Initiated]\ntimespan: 5m\ncondition: {gte: 3}",
     "6:14 unsupported rule 'C': events can't be grouped by 'Initiated' yet"),
    ("type: value_count\nrules: [started]\ntimespan: 5m\ncondition: {gte: 3, field: [User, Image]}",
     "7:30 unsupported rule 'C': counting the values of several fields is not supported yet"),
    ("type: event_count\nrules: [started]\ntimespan: 5m\ncondition: {eq: 0}",
     "1:1 the rule 'C' can never match: its condition holds only of no event, or contradicts itself: a window is seen by the events in it"),
    ("type: event_count\nrules: [started]\ntimespan: 5m\ncondition: {gt: 5, lt: 3}",
     "1:1 the rule 'C' can never match: its condition holds only of no event, or contradicts itself: a window is seen by the events in it"),
    ("type: temporal\nrules: [started, connected]\ntimespan: 5m\ncondition: {gte: 3}",
     "1:1 the rule 'C' can never match: it asks for 3 of 2 rules"),
    ("type: event_count\nrules: [connected]\ngroup-by: DestinationHostname\ntimespan: 5m\ncondition: {gte: 3}",
     "1:1 the rule 'C' can never match: without DestinationHostname"),
    ("type: event_count\nrules: [connected]\ngroup-by: user.shell\ntimespan: 5m\ncondition: {gte: 3}",
     "1:1 the rule 'C' can never match: without user.shell"),
  ])
  func whatCantRunIsNamedAndItsRulesAlert(_ section: String, _ warning: String) {
    let loaded = load(file(section, rules: [Self.rule, Self.other, Self.foreign]))
    #expect(loaded.errors.isEmpty, "\(loaded.report)")
    let own = loaded.warnings.filter { !$0.message.contains("'Elsewhere'") }
    #expect(own.map { "\($0.location.line):\($0.location.column) \($0.message)" } == [warning])
    #expect(own.first?.hint == "its rules alert by themselves")
    #expect(loaded.policy?.rules.map(\.alerts) == [true, true] && loaded.policy?.correlations.isEmpty == true)
    #expect(loaded.rules.first?.canMatch == false && loaded.counts.active == 2)
    #expect(loaded.counts.unsupported + loaded.counts.unmatchable == 2)
  }

  @Test(arguments: [
    ("type: event_count\nrules: [started, elsewhere]\ntimespan: 5m\ncondition: {gte: 3}", "elsewhere, which is left out", 1),
    ("type: event_count\nrules: [started, connected]\ngroup-by: [DestinationIp]\ntimespan: 5m\ncondition: {gte: 3}", "DestinationIp", 2),
    ("type: temporal\nrules: [started, connected, elsewhere]\ntimespan: 5m\ncondition: {gte: 2}", "elsewhere, which is left out", 2),
  ])
  func whatCountsInPartIsDegraded(_ section: String, _ missing: String, _ members: Int) throws {
    let loaded = load(file(section))
    let warning = loaded.warnings.last { $0.message.hasPrefix("degraded") }
    #expect(warning?.message == "degraded rule 'C': it counts without \(missing)", "\(loaded.report)")
    #expect(loaded.rules.first?.status == .degraded && loaded.counts.degraded == 1)
    #expect(loaded.policy?.correlations.first?.members.count == members)
  }

  @Test func whatIsDecidedAtTheEndCountsForNoOther() {
    let inner = "title: I\nname: inner\ncorrelation: {type: event_count, rules: [started], timespan: 1m, condition: {lt: 3}}"
    let loaded = load(file(count.replacing("started", with: "inner"), rules: [inner, Self.rule]))
    #expect(
      loaded.warnings.map(\.message) == [
        "unsupported rule 'C': 'inner' is decided when its window is over, too late to count for another"
      ])
    #expect(loaded.policy?.correlations.map(\.alerts) == [true])
  }

  // MARK: What is wrong

  @Test(arguments: [
    ("rules: [started]\ntimespan: 5m\ncondition: {gte: 1}", "3:1 the correlation has no 'type'"),
    ("type: count\nrules: [started]\ntimespan: 5m\ncondition: {gte: 1}", "4:9 unknown type of correlation 'count'; expected one of event_count, value_count, temporal, temporal_ordered"),
    ("type: event_cuont\nrules: [started]\ntimespan: 5m\ncondition: {gte: 1}", "4:9 unknown type of correlation 'event_cuont'; did you mean 'event_count'?"),
    ("type: event_count\ntimespan: 5m\ncondition: {gte: 1}", "3:1 the correlation has no 'rules'"),
    ("type: event_count\nrules: []\ntimespan: 5m\ncondition: {gte: 1}", "5:3 'rules' names no rule"),
    ("type: event_count\nrules: [started, started]\ntimespan: 5m\ncondition: {gte: 1}", "5:20 'started' stands in 'rules' twice"),
    ("type: event_count\nrules: [{a: b}]\ntimespan: 5m\ncondition: {gte: 1}", "5:11 'rules' holds names, found a mapping"),
    ("type: event_count\nrules: [startet]\ntimespan: 5m\ncondition: {gte: 1}", "5:11 unknown rule 'startet'; did you mean 'started'?"),
    ("type: event_count\nrules: [Started]\ntimespan: 5m\ncondition: {gte: 1}", "5:11 unknown rule 'Started'; that is a title: rules are referred to by their 'name' or 'id'"),
    ("type: event_count\nrules: [started]\ncondition: {gte: 1}", "3:1 the correlation has no 'timespan'"),
    ("type: event_count\nrules: [started]\ntimespan: 5\ncondition: {gte: 1}", "6:13 '5' is no length of time up to a year; expected one as 30s, 5m, 1h or 7d"),
    ("type: event_count\nrules: [started]\ntimespan: 0s\ncondition: {gte: 1}", "6:13 '0s' is no length of time up to a year; expected one as 30s, 5m, 1h or 7d"),
    ("type: event_count\nrules: [started]\ntimespan: 999999999d\ncondition: {gte: 1}", "6:13 '999999999d' is no length of time up to a year; expected one as 30s, 5m, 1h or 7d"),
    ("type: event_count\nrules: [started]\ntimespan: 5m", "4:3 the correlation has no 'condition'; write {gte: 10}"),
    ("type: event_count\nrules: [started]\ntimespan: 5m\ncondition: many", "7:14 expected a comparison as {gte: 10} in 'condition', found a text"),
    ("type: event_count\nrules: [started]\ntimespan: 5m\ncondition: {}", "7:3 the condition compares with nothing; expected one of gt, gte, lt, lte, eq"),
    ("type: event_count\nrules: [started]\ntimespan: 5m\ncondition: {get: 1, gte: 2}", "7:15 unknown comparison 'get'; did you mean 'gt'?"),
    ("type: event_count\nrules: [started]\ntimespan: 5m\ncondition: {gte: 100000}", "7:20 'gte' must be a whole number from 0 to 10000"),
    ("type: event_count\nrules: [started]\ntimespan: 5m\ncondition: {gte: -1}", "7:20 'gte' must be a whole number from 0 to 10000"),
    ("type: event_count\nrules: [started]\ntimespan: 5m\ncondition: {gte: 1, field: User}", "7:23 'field' stands only in a 'value_count'; 'group-by' counts apart by a field"),
    ("type: value_count\nrules: [started]\ntimespan: 5m\ncondition: {gte: 1}", "7:3 a 'value_count' needs a 'field'; write {field: DestinationPort, gte: 10}"),
    ("type: event_count\nrules: [started]\ntimespan: 5m\ngroup-by: [Usr]\ncondition: {gte: 1}", "7:14 unknown field 'Usr'; did you mean 'User'?"),
    ("type: event_count\nrules: [started]\ntimespan: 5m\ngroup-by: [proc.nmae]\ncondition: {gte: 1}", "7:14 unknown field 'proc.nmae'; did you mean 'proc.name'?"),
    ("type: event_count\nrules: [started]\ntimespan: 5m\ngroup: [User]\ncondition: {gte: 1}", "7:3 unknown key 'group' in 'correlation'; expected one of type, rules, group-by, timespan, condition, aliases, generate"),
    ("type: event_count\nrules: [started]\ntimespan: 5m\ngenerate: perhaps\ncondition: {gte: 1}", "7:13 'generate' must be true or false"),
    ("type: event_count\nrules: [started, connected]\ntimespan: 5m\ngroup-by: [who]\naliases: {who: {started: User}}\ncondition: {gte: 1}", "7:14 the alias 'who' has no field for some of the rules; under 'aliases' it needs one for each of 'rules'"),
    ("type: event_count\nrules: [started]\ntimespan: 5m\ngroup-by: [who]\naliases: {who: {connected: User, started: User}}\ncondition: {gte: 1}", "8:19 'connected' is none of the correlation's rules"),
    ("type: event_count\nrules: [started]\ntimespan: 5m\naliases: [a]\ncondition: {gte: 1}", "7:12 expected keys with their values in 'aliases', found a list"),
  ])
  func mistakesAreTold(_ section: String, _ error: String) {
    let loaded = load(file(section, rules: [Self.rule, Self.other]))
    #expect(loaded.policy == nil)
    #expect(
      loaded.errors.map { "\($0.location.line):\($0.location.column) \($0.message)\($0.hint.map { "; \($0)" } ?? "")" } == [error])
  }

  @Test func whatLeadsBackToItselfIsTold() {
    func circle(_ name: String, _ next: String) -> String {
      "title: \(name)\nname: \(name)\ncorrelation:\n  type: event_count\n  rules: [started, \(next)]\n  timespan: 1m\n  condition: {gte: 1}"
    }
    for (documents, line) in [([circle("a", "a")], 5), ([circle("a", "b"), circle("b", "c"), circle("c", "a")], 21)] {
      let loaded = load((documents + [Self.rule]).joined(separator: "\n---\n"))
      #expect(loaded.errors.map { "\($0.location.line):\($0.location.column) \($0.message)" } == ["\(line):20 by 'a' the correlation leads back to itself"])
    }
    // Long chains are fine.
    let chain = (0..<900).map { "title: n\($0)\nname: n\($0)\ncorrelation: {type: event_count, rules: [\($0 == 0 ? "started" : "n\($0 - 1)")], timespan: 1m, condition: {gte: 1}}" }
    let loaded = load((chain.reversed() + [Self.rule]).joined(separator: "\n---\n"))
    #expect(loaded.policy?.correlations.count == 900, "\(loaded.report)")
  }

  @Test func thereAreLimits() {
    var limits = LoadLimits()
    limits.correlations = 2
    let three = (0..<3).map { "title: n\($0)\ncorrelation: {type: event_count, rules: [started], timespan: 1m, condition: {gte: 1}}" }
    let loaded = load((three + [Self.rule]).joined(separator: "\n---\n"), limits)
    #expect(loaded.errors.map(\.message) == ["there are more than 2 correlation rules"])
    limits.correlations = 100
    limits.correlationFields = 5
    let fields = load((three + [Self.rule]).joined(separator: "\n---\n").replacing("{gte: 1}", with: "{gte: 1}, group-by: [User]"), limits)
    #expect(fields.errors.map(\.message) == ["the correlations together take the events of too many rules"])
    let many = (0..<65).map { "r\($0)" }.joined(separator: ", ")
    #expect(load(file(count.replacing("started", with: many))).errors.map(\.message) == ["'rules' has more than 64 entries"])
  }
}

import Engine
import Events
import Rules

/// Runs tests with one policy, one after the other. Used by one thread.
struct TestWorker: ~Copyable {
  /// In the plan.
  let policy: Int
  private let rules: Policy
  private var engine: Engine
  private var recorder: CoverageRecorder?

  /// Alerts of a test that are kept.
  private static let maximumAlerts = 10_000
  /// Problems of a test whose explanation is looked for: each costs another look at the recording.
  private static let maximumLooks = 5

  init(_ policy: Int, _ rules: Policy, wantsCoverage: Bool) {
    self.policy = policy
    self.rules = rules
    engine = Engine(policy: rules)
    recorder = wantsCoverage ? CoverageRecorder(rules) : nil
  }

  /// The coverage of all tests so far, which is no longer noted; nil: it wasn't.
  mutating func takeCoverage() -> [RuleCoverage]? {
    guard let recorder = recorder.take() else { return nil }
    return recorder.rules
  }

  mutating func run(_ test: RuleTest) -> TestResult {
    do throws(TraceError) {
      return TestResult(test: test, outcome: try outcome(test))
    } catch {
      return TestResult(test: test, outcome: .broken(Diagnostic(.error, test.recordingLocation, "\(error)")))
    }
  }

  private mutating func outcome(_ test: RuleTest) throws(TraceError) -> TestResult.Outcome {
    var alerts: [Alert] = []
    var dropped = 0
    var kinds: EventKinds = []
    engine.restart(quiet: test.isThrottled ? QuietSettings() : .off)
    recorder?.restart()
    var reader = try Self.reader(test)
    func keep(_ alert: Alert) {
      if alerts.count < Self.maximumAlerts { alerts.append(alert) } else { dropped += 1 }
    }
    let summary = reader.forEach { record in
      if let kind = record.kind { kinds.formUnion(EventKinds(kind)) }
      engine.process(record) { keep($0) }
      recorder?.process(record)
    }
    engine.finish { keep($0) }
    var problems = dropped > 0 ? [Self.tooMany(test)] : AlertCheck(test, alerts: alerts, kinds: kinds, policy: rules).problems
    if !summary.isWhole { problems.insert(Self.damage(test, summary), at: 0) }
    explain(&problems, test)
    return problems.isEmpty ? .passed : .failed(problems)
  }

  private static func reader(_ test: RuleTest) throws(TraceError) -> TraceReader {
    switch test.recording {
    case .file(let path): try TraceReader(path: path)
    case .records(let lines): try TraceReader(bytes: lines, name: test.location.file)
    }
  }

  private static func tooMany(_ test: RuleTest) -> TestProblem {
    TestProblem(
      location: test.recordingLocation, expected: "at most \(maximumAlerts) alerts",
      came: "more: cut the recording to what the test is about", lines: [], look: nil)
  }

  /// Of a recording with holes nothing can be told for sure.
  private static func damage(_ test: RuleTest, _ summary: TraceSummary) -> TestProblem {
    var lines = summary.errors.map { "\($0)" }
    if summary.lostRecords > 0 { lines.append("\(summary.lostRecords) records were lost when it was written") }
    if summary.malformedRecords > 0 { lines.append("\(summary.malformedRecords) malformed records") }
    if summary.truncatedBytes > 0 { lines.append("cut off: \(summary.truncatedBytes) bytes after the last whole block") }
    return TestProblem(
      location: test.recordingLocation, expected: "a whole trace", came: "a damaged one", lines: lines, look: nil)
  }

  private func explain(_ problems: inout [TestProblem], _ test: RuleTest) {
    var looks = 0
    for index in problems.indices where looks < Self.maximumLooks {
      let (name, wanted): (String, RecordSearch.Wanted)
      switch problems[index].look {
      case .nearest(let rule): (name, wanted) = (rule, .miss)
      case .record(let number, let rule): (name, wanted) = (rule, .record(number))
      case nil: continue
      }
      looks += 1
      guard let rule = rules.rules.first(where: { $0.name == name }), let explainer = Explainer(rule, of: rules),
        let reader = try? Self.reader(test)
      else { continue }
      var search = RecordSearch(explainer: explainer, wanted)
      _ = search.read(reader)
      problems[index].explanation = search.explanation.map { (rule, $0) }
    }
  }
}

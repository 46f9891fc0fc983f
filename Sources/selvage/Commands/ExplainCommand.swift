internal import ArgumentParser
internal import Engine
internal import Events
internal import Rules
internal import Trials

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say why a rule did, or did not, fire at a record of a trace: its condition, with the value of each part.",
    discussion: """
      Needs no root. Without --record it takes the first record that fires the rule, or if none does the one that comes \
      nearest: where the fewest comparisons would have to be otherwise. Lists and macros are put in; a macro's name \
      stands before what it stands for.

      A record's number is `record` in JSON alerts, `seq` in syslog's, `evt.num` in rules.

      Of a correlation it tells how often it and each of its rules fired, and where.

      Example:
        selvage explain "Shell of a service" --rules rules --trace night.trace --record 1204
      """)

  @Argument(help: ArgumentHelp("The rule's name.", valueName: "rule"), completion: Completions.rules)
  var rule: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The trace; \"-\" is standard input.", valueName: "file"),
    completion: .file())
  var trace: String

  @Option(name: .long, help: ArgumentHelp("The record's number.", valueName: "number"))
  var record: UInt64?

  @OptionGroup var policy: PolicyOptions

  @Flag(name: .long, help: "As JSON, for programs.")
  var json = false

  func run() throws {
    let (compiled, loaded) = try policy.loadReported(try policy.configuration())
    switch try RuleName.find(rule, in: compiled, loaded.rules) {
    case .rule(let rule): try explain(rule, of: compiled)
    case .correlation(let correlation): try explain(correlation, of: compiled)
    }
  }

  private func explain(_ correlation: Correlation, of policy: Policy) throws {
    var search = CorrelationSearch(correlation, of: policy, record: record)
    let summary = try search.read(trace)
    for error in summary.errors { Console.say("selvage: \(error)") }
    if let record, !search.isRecordThere {
      Console.say("selvage: \(missing(record, search.numbers))")
      throw summary.isWhole ? ExitStatus.refused : ExitStatus.failed
    }
    let report = CorrelationReport(correlation, search, record: record)
    Console.answer(json ? try JSONText.text(report) : report.text)
    if !summary.isWhole { throw ExitStatus.failed }
  }

  private func explain(_ rule: Rule, of compiled: Policy) throws {
    guard let explainer = Explainer(rule, of: compiled) else {
      Console.say("selvage: the rule's condition can't be shown as a tree")
      throw ExitStatus.failed
    }
    var search = RecordSearch(explainer: explainer, record.map { .record($0) } ?? .firing)
    let summary = search.read(try Startup.trace(trace))
    for error in summary.errors { Console.say("selvage: \(error)") }
    guard let explanation = search.explanation else {
      Console.say("selvage: \(nothing(search, summary))")
      throw summary.isWhole ? ExitStatus.refused : ExitStatus.failed
    }
    if record == nil, !explanation.fires, !json { Console.answer("No record of this trace fires it; the nearest:\n") }
    let report = ExplanationReport(rule, explanation)
    Console.answer(json ? try JSONText.text(report) : report.text)
    // The record was found, but the search for one that fires may have missed some.
    if !summary.isWhole, record == nil, !explanation.fires { throw ExitStatus.failed }
  }

  private func nothing(_ search: borrowing RecordSearch, _ summary: TraceSummary) -> String {
    guard let record else { return "no record of this trace is of a kind that rules are tried on" }
    if let kind = search.foundKind {
      return "record \(record) is of the kind '\(kind)', on which no rule is tried"
    }
    return missing(record, search.numbers)
  }

  /// - Parameter numbers: of the trace's records.
  private func missing(_ record: UInt64, _ numbers: ClosedRange<UInt64>?) -> String {
    guard let numbers else { return "the trace is empty" }
    return "the trace has no record \(record); its first is \(numbers.lowerBound), its last \(numbers.upperBound)"
  }
}

internal import ArgumentParser
internal import Events

struct TraceInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "What is in a trace: where and when it was made, events by kind, losses, damage, processes.",
    discussion: """
      Of the processes those are shown that did something while it was recorded, and their ancestors.

      Examples:
        selvage trace info night.trace
        selvage trace info --json night.trace
      """)

  @Argument(help: ArgumentHelp("Traces; \"-\" is standard input.", valueName: "trace"), completion: .file())
  var traces: [String]

  @Option(name: .long, help: ArgumentHelp("Processes to show at most; 0: none.", valueName: "number"))
  var processes = 100

  @Flag(name: .long, help: "As JSON, for programs.")
  var json = false

  /// Processes that are remembered, to tell the ancestors of those that are shown.
  private static let remembered = 100_000

  func validate() throws {
    guard processes >= 0 else { throw ValidationError("--processes can't be less than 0") }
  }

  func run() throws {
    let interruption = try Startup.interruption()
    var reports: [TraceInfoReport] = []
    var isWhole = true
    for trace in traces where !interruption.hasCome {
      var input = try TraceInput(trace, interruption)
      var statistics = StreamStatistics()
      var outline = ProcessOutline(capacity: processes == 0 ? 0 : Self.remembered)
      input.forEach { record, _ in
        statistics.note(record)
        outline.note(record)
        return true
      }
      if !input.report() { isWhole = false }
      let format = input.isJSONL ? "jsonl" : input.capture != nil ? "scap" : "trace"
      let report = TraceInfoReport(
        trace, format: format, statistics, input.summary, outline, processes: processes)
      if json { reports.append(report) } else { Console.answer((trace == traces[0] ? "" : "\n") + report.text) }
    }
    if json { Console.answer(try JSONText.text(reports)) }
    if !isWhole { throw ExitStatus.failed }
  }
}

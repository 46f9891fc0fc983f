internal import ArgumentParser
internal import Engine
internal import Events

struct TraceCutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cut",
    abstract: "A part of a trace: a time, a range of records, one process and what comes from it.",
    discussion: """
      What was known before the part stands in front of it, as records of kind known and task: rules give the same alerts for \
      the part as for the whole trace, with the same ids (but correlations count only what is in the part). Records keep \
      their numbers. Of a process (the last of that id that lived in the part) its ancestors are kept as they were when \
      the part began, and nothing of others but counters.

      Examples:
        selvage trace cut night.trace noon.trace --from 2026-11-24T12:00:00Z --until 2026-11-24T12:05:00Z
        selvage trace cut night.trace job.trace --process 4711
      """)

  @Argument(help: ArgumentHelp("What to read; \"-\" is standard input.", valueName: "trace"), completion: .file())
  var trace: String

  @Argument(help: ArgumentHelp("What to write; \"-\" is standard output.", valueName: "output"), completion: .file())
  var output: String

  @OptionGroup var window: WindowOptions

  @Option(name: .long, help: ArgumentHelp("Only that process and its descendants.", valueName: "pid"))
  var process: UInt32?

  @Flag(name: .long, help: "Without what was known before: alerts may differ.")
  var bare = false

  @OptionGroup var options: TraceOutputOptions

  func validate() throws {
    if window.window.isWhole, process == nil {
      throw ValidationError("which part? Give --from, --until, --from-record, --until-record or --process")
    }
  }

  func run() throws {
    let interruption = try Startup.interruption()
    var input = try TraceInput(trace, interruption)
    let output = try TraceOutput(output, options, usual: input.isJSONL ? .jsonl : .trace)
    var copy = TraceCopy(output)
    var cut = StreamCut(process: process, isBare: bare)
    var window = window.window
    input.forEach(&window, skipsAhead: bare) { record, lost, isWithin in
      var lost = isWithin ? lost : 0
      return cut.take(record, isWithin: isWithin) { wanted in
        defer { lost = 0 }
        return copy.append(wanted, lostBefore: lost)
      }
    }
    let isWhole = input.report()
    try check(cut, input.name)
    try copy.finish()
    if !isWhole { throw ExitStatus.failed }
  }

  private func check(_ cut: borrowing StreamCut, _ name: String) throws {
    if cut.hasNoRoom {
      Console.say(
        """
        selvage: \(name): its records' numbers begin too low for what was known before the part to stand in front; \
        `selvage trace convert --first-number 1000000000` gives them others, --bare cuts without
        """)
      throw ExitStatus.refused
    }
    guard cut.hasBegun else {
      Console.say("selvage: \(name): no record is in that part\(process.map { ", or none of process \($0)" } ?? "")")
      throw ExitStatus.refused
    }
  }
}

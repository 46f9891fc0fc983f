internal import ArgumentParser
internal import Events
internal import Glibc

struct TraceConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "A trace as lines of JSON, or lines of JSON as a trace.",
    discussion: """
      Lines of JSON are for reading, comparing, editing and writing by hand; nothing is lost on the way there and back. \
      What is written is the other of the two, unless the output's name ends in .trace or .jsonl, or --to says.

      Examples:
        selvage trace convert night.trace night.jsonl
        selvage trace convert night.trace - | jq -r 'select(.kind == "connect") | .remote'
      """)

  @Argument(help: ArgumentHelp("What to read; \"-\" is standard input.", valueName: "trace"), completion: .file())
  var trace: String

  @Argument(help: ArgumentHelp("What to write; \"-\" is standard output.", valueName: "output"), completion: .file())
  var output: String

  @OptionGroup var options: TraceOutputOptions

  func run() throws {
    let interruption = try Startup.interruption()
    var input = try TraceInput(trace, interruption)
    let output = try TraceOutput(output, options, usual: input.isJSONL ? .trace : .jsonl)
    var copy = TraceCopy(output)
    input.forEach { record, lost in copy.append(record, lostBefore: lost) }
    let isWhole = input.report()
    try copy.finish(lost: input.summary.lostRecords)
    if !isWhole { throw ExitStatus.failed }
  }
}

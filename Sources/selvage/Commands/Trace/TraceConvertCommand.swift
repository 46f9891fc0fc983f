internal import ArgumentParser
internal import Events
internal import Glibc

struct TraceConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "A trace as lines of JSON, or lines of JSON or a capture of Falco or sysdig as a trace.",
    discussion: """
      Lines of JSON are for reading, comparing, editing and writing by hand; nothing is lost on the way there and back. \
      What is written is the other of the two, unless the output's name ends in .trace or .jsonl, or --to says. Of a capture \
      (.scap) is told what records can't carry.

      Examples:
        selvage trace convert night.trace night.jsonl
        selvage trace convert incident.scap incident.trace
        selvage trace convert night.trace - | jq -r 'select(.kind == "connect") | .remote'
      """)

  @Argument(help: ArgumentHelp("What to read; \"-\" is standard input.", valueName: "trace"), completion: .file())
  var trace: String

  @Argument(help: ArgumentHelp("What to write; \"-\" is standard output.", valueName: "output"), completion: .file())
  var output: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Number the records anew, from this on, with the same gaps. Ids of alerts depend on the numbers.", valueName: "number"))
  var firstNumber: UInt64?

  @OptionGroup var options: TraceOutputOptions

  func run() throws {
    let interruption = try Startup.interruption()
    var input = try TraceInput(trace, interruption)
    let output = try TraceOutput(output, options, usual: input.isJSONL ? .trace : .jsonl)
    var copy = TraceCopy(output)
    var added: UInt64?
    input.forEach { record, lost in
      guard let firstNumber else { return copy.append(record, lostBefore: lost) }
      if added == nil { added = firstNumber &- record.number }
      // The same bytes: this does not throw.
      guard let other = try? Record(number: record.number &+ (added ?? 0), bytes: record.bytes) else { return true }
      return copy.append(other, lostBefore: lost)
    }
    let isWhole = input.report()
    if let capture = input.capture, !options.quiet { Console.say(ImportReport(trace, capture).text) }
    try copy.finish(lost: input.summary.lostRecords)
    if !isWhole { throw ExitStatus.failed }
  }
}

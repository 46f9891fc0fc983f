internal import ArgumentParser
internal import Events
internal import Report

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make an HTML page of a trace's alerts: timeline, process trees and network endpoints, to look at.",
    discussion: """
      Needs no root. The page is one file that needs nothing else, and holds command lines, paths and addresses as the \
      trace does. The same trace and rules give the same page. Add #ID to its address for the alert with that id.

      Of every rule all alerts are counted and shown on the timeline; the first ones have details.

      Examples:
        selvage report night.trace --rules rules -o night.html
        ssh node selvage record -o - --seconds 60 | selvage report - --rules rules -o node.html
      """)

  @Argument(
    help: ArgumentHelp("The trace; \"-\" is standard input.", valueName: "trace"), completion: .file())
  var trace: String

  @OptionGroup var policy: PolicyOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The page to write; otherwise it goes to standard output.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var output: String?

  @Flag(name: .long, help: "Replace the file if it is there.")
  var overwrite = false

  @Option(name: .long, help: ArgumentHelp("Alerts with details, at most.", valueName: "count"))
  var alerts = ReportLimits().alerts

  @Flag(name: .shortAndLong, help: "Say nothing on standard error but what went wrong.")
  var quiet = false

  func validate() throws {
    guard (0...100_000).contains(alerts) else { throw ValidationError("--alerts: 0 to 100000") }
  }

  func run() throws {
    let interruption = try Startup.interruption()
    let configuration = try policy.configuration()
    let rules = try policy.load(configuration)
    let file = try PageFile(output, overwrites: overwrite)
    var limits = ReportLimits()
    limits.alerts = alerts
    var report = TraceReport(policy: rules, limits: limits)
    var input = try TraceInput(trace, interruption)
    input.forEach { record, _ in
      report.process(record)
      return true
    }
    let isWhole = input.report()
    if interruption.hasCome {
      Console.say("selvage: no page was written")
      throw ExitStatus.failed
    }
    if let capture = input.capture, !quiet { Console.say(ImportReport(trace, capture).text) }
    let summary = input.summary
    let found = report.alerts
    try file.write(
      report.page(
        ReportOrigin(
          trace: trace == "-" ? "standard input" : trace, summary: summary, rules: policy.files(configuration).rules,
          version: Selvage.version)))
    if !quiet, let output {
      let name = EscapedText.escaped(output.utf8, limit: 4096)
      Console.say("\(name): \(found) alerts of \(summary.records) records")
    }
    if !isWhole { throw ExitStatus.failed }
  }
}

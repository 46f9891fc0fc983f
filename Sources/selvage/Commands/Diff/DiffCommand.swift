internal import ArgumentParser
internal import Events
internal import Rules
internal import Trials

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract:
      "Say what a change of rules or tenants would have changed on recordings: the alerts that it adds and takes away.",
    discussion: """
      Needs no root. Each record goes through both sets of rules at once. Alerts are told apart by their rule and record: \
      one that both give but that says something else is told as changed, a renamed rule as taken away and added, and so \
      is one that is another tenant's now.

      Exit status: 0 no alert differs; 1 some do; 2 rules don't compile, a trace can't be opened, or is damaged.

      Examples:
        selvage diff rules.old rules --trace night.trace
        selvage diff old.yaml new.yaml --rules rules --trace day.trace --trace night.trace
        selvage diff rules rules --old-tenants tenants.old.yaml --tenants tenants.yaml --trace night.trace
      """)

  @Argument(help: ArgumentHelp("Rules as they were: a file, or a folder.", valueName: "old"), completion: .file())
  var old: String

  @Argument(help: ArgumentHelp("Rules as they will be.", valueName: "new"), completion: .file())
  var new: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("A trace; may be repeated, \"-\" is standard input.", valueName: "file"),
    completion: .file())
  var trace: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Rules that load before both, as shared lists and macros; may be repeated.", valueName: "path"),
    completion: .file())
  var rules: [String] = []

  @Option(name: .long, help: PolicyFiles.tenantsHelp, completion: .file())
  var tenants: String?

  @Option(
    name: .long, help: ArgumentHelp("The tenants as they were; default: those of --tenants.", valueName: "file"),
    completion: .file())
  var oldTenants: String?

  @Option(
    name: .long, help: ArgumentHelp("Alerts that are shown of each rule and way; all are counted.", valueName: "number"))
  var show = 10

  @Flag(name: .long, help: "As JSON, for programs.")
  var json = false

  func validate() throws {
    if trace.isEmpty { throw ValidationError("Give at least one --trace.") }
    if !(0...1_000_000).contains(show) { throw ValidationError("--show is a number from 0 to 1000000.") }
  }

  func run() throws {
    var difference = AlertDifference(old: try policy(old, oldTenants ?? tenants), new: try policy(new, tenants), limit: show)
    var isWhole = true
    for path in trace {
      var reader = try Startup.trace(path)
      difference.start()
      let summary = reader.forEach { difference.process($0) }
      for error in summary.errors { Console.say("selvage: \(error)") }
      if !summary.isWhole { isWhole = false }
    }
    let report = DiffReport(difference, traces: trace)
    Console.answer(json ? try JSONText.text(report) : report.text)
    if !isWhole {
      Console.say("selvage: a trace is damaged: not all of it was compared")
      throw ExitStatus.refused
    }
    if report.differs { throw ExitStatus.failed }
  }

  private func policy(_ path: String, _ tenants: String?) throws -> Policy {
    let loaded = PolicyLoader.today().load(paths: rules + [path], tenants: tenants)
    guard let policy = loaded.policy else {
      Console.say(loaded.report)
      throw ExitStatus.refused
    }
    return policy
  }
}

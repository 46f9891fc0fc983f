internal import ArgumentParser
internal import Engine
internal import Events
internal import Glibc
internal import Rules

struct TracePrintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "print",
    abstract: "The records of traces as lines, all or those that a condition holds of.",
    discussion: """
      The condition is in the rule language; with --rules it may use the macros and lists of rule files. Fields that it \
      asks of a process are those that records before have told, also those before --from. A record's number is that of alerts and of `selvage explain`.

      Examples:
        selvage trace print night.trace --where 'evt.type = connect and fd.sport = 22'
        selvage trace print night.trace --rules rules --where 'spawned_process and shell_procs' --json
      """)

  @Argument(help: ArgumentHelp("Traces; \"-\" is standard input.", valueName: "trace"), completion: .file())
  var traces: [String]

  @OptionGroup var condition: ConditionOptions
  @OptionGroup var window: WindowOptions

  @Flag(name: .long, help: "As lines of JSON, with all that the records hold.")
  var json = false

  func run() throws {
    let interruption = try Startup.interruption()
    let policy = try condition.policy()
    var isWhole = true
    for trace in traces where !interruption.hasCome {
      var input = try TraceInput(trace, interruption)
      var printer = RecordPrinter(asJSON: json)
      var filter = policy.map { ConditionFilter($0) }
      var window = window.window
      // A condition may ask for what was told before.
      input.forEach(&window, skipsAhead: policy == nil) { record, lost, isWithin in
        let isWanted = (filter?.holds(record) ?? true) && isWithin
        return printer.print(record, lostBefore: lost, isWanted: isWanted)
      }
      printer.finish()
      if !input.report() { isWhole = false }
    }
    if !isWhole { throw ExitStatus.failed }
  }
}

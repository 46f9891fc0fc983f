internal import ArgumentParser
internal import Rules

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compile rule files and say what is wrong with them, and where.",
    discussion: """
      Needs no root. Directories stand for every *.yaml and *.yml below them, in the order of their names. With --json \
      all goes to standard output, for editors: diagnostics with file, line, column (from 1, in characters), severity, \
      message and hint, each rule as --report lists it, and the totals. The status is 1 if there is an error.

      Examples:
        selvage check rules/
        selvage check --report rules/ falco_rules.yaml
        selvage check --json rules/
      """)

  @Argument(help: ArgumentHelp("Rule files and directories; without any, those of the configuration.", valueName: "path"))
  var paths: [String] = []

  @Flag(
    name: .long,
    help: "List each rule: full, degraded (fields that it asks for are absent here) or unsupported (its events are unseen).")
  var report = false

  @Flag(name: .long, help: "As JSON, for editors and other programs.")
  var json = false

  @OptionGroup var options: ConfigurationOptions

  func run() throws {
    let paths = paths.isEmpty ? try options.configuration().rules : paths
    var loaded = PolicyLoader.today().load(paths: paths)
    if let policy = loaded.policy { loaded = loaded.adding(CostWarning.all(in: policy)) }
    if json {
      Console.answer(try JSONText.text(CheckReport(loaded)))
    } else {
      if !loaded.diagnostics.isEmpty { Console.say(loaded.report) }
      if report { for rule in loaded.rules { Console.answer(CheckReport.Row(rule).row) } }
      Console.answer(Self.totals(loaded))
    }
    if loaded.policy == nil { throw ExitStatus.failed }
  }

  static func totals(_ loaded: LoadResult) -> String {
    let counts = loaded.counts
    var text = "\(counts.files) files: \(counts.active) of \(counts.rules) rules active"
    if counts.degraded > 0 { text += " (\(counts.degraded) degraded)" }
    if counts.disabled > 0 { text += ", \(counts.disabled) disabled" }
    if counts.skipped > 0 { text += ", \(counts.skipped) skipped for unknown fields" }
    if counts.unsupported > 0 { text += ", \(counts.unsupported) ask for events that are not seen yet" }
    if counts.unmatchable > 0 { text += ", \(counts.unmatchable) can never match" }
    text += "; \(counts.macros) macros, \(counts.lists) lists; \(loaded.errors.count) errors, \(loaded.warnings.count) warnings"
    return text
  }
}

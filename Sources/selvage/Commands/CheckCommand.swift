internal import ArgumentParser
internal import Rules

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compile rule files and say what is wrong with them, and where.",
    discussion: """
      Needs no root. Directories stand for every *.yaml and *.yml below them, in the order of their names. With --json \
      all goes to standard output, for editors: diagnostics with file, line, column (from 1, in characters), severity, \
      message and hint, each rule as --report lists it, the tenants and rulesets, and the totals. The status is 1 if \
      there is an error, be it in one tenant's own files, which the agent would leave out.

      Examples:
        selvage check rules/
        selvage check --report rules/ falco_rules.yaml
        selvage check --json rules/
        selvage check --tenants tenants.yaml rules/
      """)

  @Argument(help: ArgumentHelp("Rule files and directories; without any, those of the configuration.", valueName: "path"))
  var paths: [String] = []

  @Flag(
    name: .long,
    help: "List each rule: full, degraded (fields that it asks for are absent here) or unsupported (its events are unseen).")
  var report = false

  @Flag(name: .long, help: "As JSON, for editors and other programs.")
  var json = false

  @Option(name: .long, help: PolicyFiles.tenantsHelp, completion: .file())
  var tenants: String?

  @OptionGroup var options: ConfigurationOptions

  func run() throws {
    var files = PolicyFiles(rules: paths, tenants: tenants)
    if paths.isEmpty {
      let configuration = try options.configuration()
      files = PolicyFiles(rules: configuration.rules, tenants: tenants ?? configuration.tenants)
    }
    var loaded = PolicyLoader.today(guarding: true).load(files)
    if let policy = loaded.policy { loaded = loaded.adding(CostWarning.all(in: policy)) }
    if json {
      Console.answer(try JSONText.text(CheckReport(loaded)))
    } else {
      if !loaded.diagnostics.isEmpty { Console.say(loaded.report) }
      let found = CheckReport(loaded)
      if report { for rule in found.rules { Console.answer(rule.row) } }
      for ruleset in found.rulesets ?? [] { Console.answer(ruleset.row) }
      for tenant in found.tenants ?? [] { Console.answer(tenant.row) }
      Console.answer(Self.totals(loaded))
    }
    if loaded.policy == nil || !loaded.brokenTenants.isEmpty { throw ExitStatus.failed }
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

internal import ArgumentParser
internal import Events
internal import Rules

struct RulesListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the rules that hold: priority, name, events, tags, place, and whose they are.",
    discussion: """
      A line a rule, in the order in which they are tried, correlations last; columns are separated by tabs. With \
      tenants, the last one says which workloads a rule sees: all (site), those for which a ruleset holds, or one tenant's.

      Examples:
        selvage rules list --rules rules --tag T1059
        selvage rules list --rules rules --tenants tenants.yaml
      """)

  @OptionGroup var policy: PolicyOptions

  @Option(
    name: .long,
    help: ArgumentHelp("Only rules with that tag, in any case; repeated: with all of them.", valueName: "tag"))
  var tag: [String] = []

  @Flag(name: .long, help: "As JSON, for programs.")
  var json = false

  func run() throws {
    let compiled = try policy.load(try policy.configuration())
    let all =
      compiled.rules.map { RuleSummary($0, in: compiled) } + compiled.correlations.map { RuleSummary($0, in: compiled) }
    let rules = all.filter { rule in
      tag.allSatisfy { tag in rule.tags.contains { $0.lowercased() == tag.lowercased() } }
    }
    if json { Console.answer(try JSONText.text(rules)) } else { for rule in rules { Console.answer(rule.row) } }
    guard rules.isEmpty else { return }
    Console.say("selvage: no rule has the tag \(tag.map { DisplayText.quoted($0) }.joined(separator: " and "))")
    throw ExitStatus.refused
  }
}

internal import ArgumentParser
internal import Rules

struct RulesShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a rule as it is compiled: lists and macros put in, the events it can match, its place.",
    discussion: """
      Example:
        selvage rules show "Shell of a service" --rules rules
      """)

  @Argument(help: ArgumentHelp("The rule's name.", valueName: "rule"), completion: Completions.rules)
  var rule: String

  @OptionGroup var policy: PolicyOptions

  @Flag(name: .long, help: "As JSON, for programs.")
  var json = false

  func run() throws {
    let (compiled, loaded) = try policy.loadReported(try policy.configuration())
    let summary =
      switch try RuleName.find(rule, in: compiled, loaded.rules) {
      case .rule(let rule): RuleSummary(rule, in: compiled)
      case .correlation(let correlation): RuleSummary(correlation, in: compiled)
      }
    Console.answer(json ? try JSONText.text(summary) : summary.text)
  }
}

internal import ArgumentParser

struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "List the rules that hold, or show one as it is compiled.",
    discussion: """
      Needs no root. Only active rules are there: `selvage check` tells of those that are switched off or left out.

      Examples:
        selvage rules list --rules rules --tag T1059
        selvage rules show "Shell of a service" --rules rules
      """,
    subcommands: [RulesListCommand.self, RulesShowCommand.self], defaultSubcommand: RulesListCommand.self)
}

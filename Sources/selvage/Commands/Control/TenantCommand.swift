internal import ArgumentParser

struct TenantCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tenant", abstract: "Ask whose a workload is.", subcommands: [TenantExplainCommand.self])
}

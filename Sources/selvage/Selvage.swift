internal import ArgumentParser
internal import Delivery

@main
struct Selvage: ParsableCommand {
  static let version = Product.version

  static let configuration = CommandConfiguration(
    commandName: "selvage",
    abstract: "Watches the programs and sockets of a node that many projects share, by rules.",
    discussion: """
      Try `selvage doctor` to see what this node allows, `selvage run --rules DIR` to watch it, \
      `selvage record -o FILE` to keep what happens, `selvage replay FILE --rules DIR` to try rules on it, and `selvage test DIR` to run their tests.

      \(ExitStatus.help)
      """,
    version: version,
    subcommands: [
      RunCommand.self, RecordCommand.self, ReplayCommand.self, ReportCommand.self, CheckCommand.self, TestCommand.self,
      DiffCommand.self, ExplainCommand.self, TraceCommand.self, RulesCommand.self, FieldsCommand.self, DoctorCommand.self,
      StatusCommand.self, WorkloadsCommand.self, TenantsCommand.self, TenantCommand.self, AlertsCommand.self, ReloadCommand.self,
      ReceiveCommand.self,
    ])

  /// As ArgumentParser's own, but for the exit status of wrong arguments.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      Console.say(fullMessage(for: error))
      exit(withError: ExitStatus.refused)
    }
  }
}

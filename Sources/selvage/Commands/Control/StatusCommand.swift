internal import ArgumentParser
internal import Control

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Say how the running agent is doing: its rules, what it saw and lost, its sinks and its sources of facts.",
    discussion: """
      Asks the agent of this node over its control socket. The security staff (root, and whom `staff` of the \
      configuration names) see all; an owner of tenants, what is theirs; anyone else nothing.

      Exit status: 1 the agent refuses; 2 wrong arguments; 3 no agent answers.

      Examples:
        selvage status
        selvage status --json
      """)

  @OptionGroup var agent: AgentOptions

  func run() throws {
    guard let status = try agent.answer(StatusAnswer.self, "/v1/status") else { return }
    Console.answer(StatusReport.text(status))
  }
}

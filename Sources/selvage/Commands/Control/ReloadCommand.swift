internal import ArgumentParser
internal import Control
internal import Events

struct ReloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract: "Have the running agent take its rules and tenants anew, and say what came of it.",
    discussion: """
      As SIGHUP does, but it waits and tells. Rules with errors change nothing; a tenant's broken files leave all others \
      as they should be. For the security staff.

      Exit status: 1 the agent refuses, or the rules stay as they were; 2 wrong arguments; 3 no agent answers.

      Example:
        selvage reload
      """)

  @OptionGroup var agent: AgentOptions

  func run() throws {
    let response = try agent.ask("/v1/reload", isPost: true)
    guard response.status == 200 || response.status == 422 else { throw agent.refusal(response) }
    let answer = try agent.decoded(ReloadAnswer.self, response)
    if agent.json {
      _ = Console.answer(bytes: response.bytes)
    } else {
      for diagnostic in answer.diagnostics { Console.say(TenantReportText.line(diagnostic)) }
      if answer.reloaded { Console.answer("Reloaded: \(answer.rules) rules.") }
    }
    guard answer.reloaded else {
      let reason = answer.reason.map { DisplayText.escaped($0, limit: 2048) } ?? "no reason is given"
      Console.say("selvage: the rules stay as they were: \(reason)")
      throw ExitStatus.failed
    }
  }
}

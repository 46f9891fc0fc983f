internal import ArgumentParser
internal import Control
internal import Delivery
internal import Events
internal import Glibc

struct AlertsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alerts",
    abstract: "Show the alerts that the running agent has in memory, and those that come.",
    discussion: """
      Asks the running agent, which keeps the last ones (`kept_alerts` of the configuration). The security staff see all; \
      an owner of tenants, theirs. With --json a line an alert, as in the agent's JSON files. A reader that is too slow \
      is told how many it missed.

      Exit status: 1 the agent refuses, or went away; 2 wrong arguments; 3 no agent answers.

      Examples:
        selvage alerts --since 10m
        selvage alerts --follow --tenant m1234
        selvage alerts --rule "Shell of a service" --json
      """)

  @Flag(name: .shortAndLong, help: "Go on with those that come, until Ctrl-C; first the last ten.")
  var follow = false

  @Option(name: .long, help: ArgumentHelp("Only that tenant's.", valueName: "name"))
  var tenant: String?

  @Option(name: .long, help: ArgumentHelp("Only that rule's.", valueName: "name"))
  var rule: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Only from then on: 2026-11-24T08:15:00Z, or 90s, 10m, 2h, 1d for that long ago.", valueName: "time"))
  var since: PastMoment?

  @Option(name: .long, help: ArgumentHelp("Of those that are there, only the last so many.", valueName: "number"))
  var last: Int?

  @OptionGroup var agent: AgentOptions

  func validate() throws {
    if let last, last < 0 { throw ValidationError("--last is a number of alerts") }
  }

  func run() throws {
    let call = ControlPath.of(
      "/v1/alerts",
      [
        "follow": follow ? "1" : nil, "tenant": tenant, "rule": rule, "last": last.map { "\($0)" },
        "since": since.map { CivilTime(nanosecondsSince1970: $0.nanoseconds(now: KernelClock.wall)).formatted() },
      ])
    let lines = AlertLines(isJSON: agent.json, colours: Console.hasColours)
    let response = try agent.ask(call) { lines.show($0) }
    guard response.status == 200 else { throw agent.refusal(response) }
    if follow {
      Console.say("selvage: the agent ended")
      throw ExitStatus.failed
    }
  }
}

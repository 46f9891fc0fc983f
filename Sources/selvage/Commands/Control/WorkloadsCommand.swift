internal import ArgumentParser
internal import Control

struct WorkloadsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workloads",
    abstract: "List this node's workloads: whose each is, and which rulesets are active for it.",
    discussion: """
      Asks the running agent. A workload is a container, a Slurm step, a systemd unit or a session. The security staff \
      see all; an owner of tenants, theirs. Where it is not sure yet whose one is, all that it may be are named, with a \
      question mark.

      Exit status: 1 the agent refuses; 2 wrong arguments; 3 no agent answers.

      Examples:
        selvage workloads
        selvage workloads --tenant m1234 --json
      """)

  @Option(name: .long, help: ArgumentHelp("Only that tenant's.", valueName: "name"))
  var tenant: String?

  @OptionGroup var agent: AgentOptions

  func run() throws {
    let call = ControlPath.of("/v1/workloads", ["tenant": tenant])
    guard let answer = try agent.answer(WorkloadsAnswer.self, call) else { return }
    var table = TextTable("KIND", "NAME", "TENANT", "IDENTITY", "EVENTS", "ALERTS", "RULESETS", "CGROUP")
    for workload in answer.workloads {
      table.add(
        workload.kind, workload.name, Self.owner(workload), workload.identity, "\(workload.events)", "\(workload.alerts)",
        workload.rulesets.isEmpty ? "-" : workload.rulesets.joined(separator: ","), workload.path)
    }
    Console.answer(table.text)
    if answer.more > 0 { Console.say("selvage: and \(answer.more) more; --tenant shows one tenant's") }
  }

  static func owner(_ workload: WorkloadAnswer) -> String {
    workload.tenant ?? (workload.candidates.isEmpty ? "-" : workload.candidates.joined(separator: "|") + "?")
  }
}

internal import ArgumentParser
internal import Control

struct TenantExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say whose a workload is and why: its facts, the clause that gave it to its tenant, its rulesets.",
    discussion: """
      Asks the running agent. The workload is named by a process in it, by its cgroup (a path as /sys/fs/cgroup/... or \
      as /proc/PID/cgroup has it, or cgroup:ID), or by a container (its id, the first characters of it, or its name).

      Each fact comes with who said it, and how long ago. Conditions are shown with what each part comes to: yes, no, or \
      maybe where that is not known yet. The security staff see every tenant's clause; an owner, those of theirs.

      Exit status: 1 the agent refuses; 2 wrong arguments, or there is no such workload; 3 no agent answers.

      Examples:
        selvage tenant explain 4711
        selvage tenant explain web-1
        selvage tenant explain /sys/fs/cgroup/system.slice/cron.service
      """)

  @Argument(help: ArgumentHelp("A process's number, a cgroup, or a container.", valueName: "pid|cgroup|container"))
  var subject: WorkloadName

  @OptionGroup var agent: AgentOptions

  func run() throws {
    guard let query = subject.query else {
      Console.say("selvage: there is no such cgroup here")
      throw ExitStatus.refused
    }
    let call = ControlPath.of("/v1/explain", ["pid": query.pid, "cgroup": query.cgroup, "container": query.container])
    guard let answer = try agent.answer(ExplainAnswer.self, call) else { return }
    Console.answer(TenancyReport.text(answer))
  }
}

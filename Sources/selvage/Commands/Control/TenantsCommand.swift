internal import ArgumentParser
internal import Control
internal import Rules

struct TenantsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tenants",
    abstract: "List tenants as the running agent has them: workloads, alerts, and what became of their own rules.",
    discussion: """
      Asks the running agent. The security staff see all tenants; an owner, theirs. With a name it shows that tenant's \
      own rules and what is wrong with its files.

      A tenant's files are whole, or have errors: then the rules that were good before still hold (lastGood), or none of \
      its own does (leftOut). The site's rules hold in any case.

      Exit status: 1 the agent refuses; 2 wrong arguments; 3 no agent answers.

      Examples:
        selvage tenants
        selvage tenants m1234
      """)

  @Argument(help: ArgumentHelp("A tenant.", valueName: "name"))
  var name: String?

  @OptionGroup var agent: AgentOptions

  func run() throws {
    let call = ControlPath.of("/v1/tenants", ["tenant": name])
    guard let answer = try agent.answer(TenantsAnswer.self, call) else { return }
    if name != nil, let tenant = answer.tenants.first {
      Console.answer(TenantReportText.text(tenant))
      return
    }
    guard !answer.tenants.isEmpty else {
      Console.say("selvage: the agent has no tenants; `tenants:` of its configuration names their file")
      return
    }
    var table = TextTable("TENANT", "WORKLOADS", "EVENTS", "ALERTS", "OWN RULES", "FILES", "RULESETS", "DESCRIPTION")
    for tenant in answer.tenants {
      table.add(
        tenant.name, "\(tenant.workloads)", "\(tenant.events)", "\(tenant.alerts)", "\(tenant.rules.count)", tenant.files,
        tenant.rulesets.isEmpty ? "-" : tenant.rulesets.joined(separator: ","), tenant.description)
    }
    Console.answer(table.text)
  }
}

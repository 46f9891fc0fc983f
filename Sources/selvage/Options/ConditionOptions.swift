internal import ArgumentParser
internal import Events
internal import Rules

/// Which records are wanted.
struct ConditionOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Only records that this holds of, in the rule language.", valueName: "condition"))
  var `where`: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("A rule file, or a directory of them, whose macros and lists the condition uses.", valueName: "path"),
    completion: .file())
  var rules: [String] = []

  @Option(name: .long, help: PolicyFiles.tenantsHelp, completion: .file())
  var tenants: String?

  /// nil: all are wanted. Errors are said, and end the program.
  func policy() throws -> Policy? {
    guard let condition = self.where else { return nil }
    let loaded = PolicyLoader.today().load(condition: condition, paths: rules, tenants: tenants)
    let own = loaded.diagnostics.filter { $0.location.file == PolicyLoader.conditionName || $0.severity == .error }
    if !own.isEmpty { Console.say(DiagnosticRenderer(sources: loaded.sources).render(own)) }
    guard let policy = loaded.policy else { throw ExitStatus.refused }
    guard !policy.rules.isEmpty else {
      Console.say("selvage: no record can ever be so")
      throw ExitStatus.refused
    }
    return policy
  }
}

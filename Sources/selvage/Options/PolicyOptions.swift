internal import ArgumentParser
internal import Rules

/// Which rules hold.
struct PolicyOptions: ParsableArguments {
  @OptionGroup var options: ConfigurationOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A rule file, or a directory of them, instead of the configuration's; may be repeated: later files may redefine what earlier ones define.",
      valueName: "path"))
  var rules: [String] = []

  func configuration() throws -> Configuration { try options.configuration() }

  /// Errors are said, and end the program; so does a policy without a rule, which would watch nothing in silence.
  func load(_ configuration: Configuration) throws -> Policy {
    let loaded = PolicyLoader.today().load(paths: rules.isEmpty ? configuration.rules : rules)
    if !loaded.diagnostics.isEmpty { Console.say(loaded.report) }
    guard let policy = loaded.policy else {
      Console.say("selvage: \(CheckCommand.totals(loaded))")
      throw ExitStatus.failed
    }
    guard !policy.rules.isEmpty else {
      Console.say("selvage: no rule is active: nothing would be watched (\(CheckCommand.totals(loaded)))")
      throw ExitStatus.failed
    }
    return policy
  }
}

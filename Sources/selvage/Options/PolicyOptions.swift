internal import ArgumentParser
internal import Events
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

  func paths(_ configuration: Configuration) -> [String] { rules.isEmpty ? configuration.rules : rules }

  /// Errors are said, and end the program; so does a policy without a rule, which would watch nothing in silence.
  func load(_ configuration: Configuration) throws -> Policy { try loadReported(configuration).policy }

  /// As ``load(_:)``, with what became of every rule.
  func loadReported(_ configuration: Configuration) throws -> (policy: Policy, loaded: LoadResult) {
    switch ActivePolicy.load(paths(configuration)) {
    case .active(let policy, let loaded): return (policy, loaded)
    case .refused(let reason, _):
      Console.say("selvage: \(reason)")
      throw ExitStatus.failed
    }
  }
}

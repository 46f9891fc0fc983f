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

  @Option(name: .long, help: PolicyFiles.tenantsHelp, completion: .file())
  var tenants: String?

  func configuration() throws -> Configuration { try options.configuration() }

  /// The configuration's tenants are those of its rules: other rules come with others, or none.
  func files(_ configuration: Configuration) -> PolicyFiles {
    PolicyFiles(
      rules: rules.isEmpty ? configuration.rules : rules,
      tenants: tenants ?? (rules.isEmpty ? configuration.tenants : nil))
  }

  /// Errors are said, and end the program; so does a policy without a rule, which would watch nothing in silence.
  func load(_ configuration: Configuration) throws -> Policy { try loadReported(configuration).policy }

  /// As ``load(_:)``, with what became of every rule.
  ///
  /// - Parameter guarding: it matters who may write the files.
  func loadReported(_ configuration: Configuration, guarding: Bool = false) throws -> (policy: Policy, loaded: LoadResult) {
    switch ActivePolicy.load(files(configuration), guarding: guarding) {
    case .active(let policy, let loaded): return (policy, loaded)
    case .refused(let reason, _):
      Console.say("selvage: \(reason)")
      throw ExitStatus.failed
    }
  }
}

internal import Rules

/// A policy that can be run, or why there is none.
enum ActivePolicy {
  /// With what became of every rule.
  case active(Policy, [RuleReport])
  /// In a line.
  case refused(String)

  /// Says all diagnostics. Any thread.
  static func load(_ paths: [String]) -> ActivePolicy {
    let loaded = PolicyLoader.today().load(paths: paths)
    if !loaded.diagnostics.isEmpty { Console.say(loaded.report) }
    guard let policy = loaded.policy else {
      return .refused("\(first(of: loaded.errors))\(CheckCommand.totals(loaded))")
    }
    guard !policy.rules.isEmpty else {
      return .refused("no rule is active: nothing would be watched (\(CheckCommand.totals(loaded)))")
    }
    return .active(policy, loaded.rules)
  }

  private static func first(of errors: [Diagnostic]) -> String {
    errors.first.map { DiagnosticRenderer(sources: [:]).render($0).prefix { $0 != "\n" } + "; " } ?? ""
  }
}

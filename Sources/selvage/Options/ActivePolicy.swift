internal import Rules

/// A policy that can be run, or why there is none.
enum ActivePolicy {
  /// With what became of every rule.
  case active(Policy, LoadResult)
  /// Why, in a line, and all that is wrong.
  case refused(String, [Diagnostic])

  /// Says all diagnostics. Any thread.
  ///
  /// - Parameters:
  ///   - guarding: it matters who may write the files.
  ///   - lastGood: by tenant, files whose rules stay in force if its own are no good now.
  static func load(
    _ files: PolicyFiles, guarding: Bool = false, lastGood: [String: [SourceFile]] = [:]
  ) -> ActivePolicy {
    let loaded = PolicyLoader.today(guarding: guarding).load(files, lastGood: lastGood)
    if !loaded.diagnostics.isEmpty { Console.say(loaded.report) }
    guard let policy = loaded.policy else {
      return .refused("\(first(of: loaded.errors))\(CheckCommand.totals(loaded))", loaded.diagnostics)
    }
    guard !policy.rules.isEmpty else {
      return .refused("no rule is active: nothing would be watched (\(CheckCommand.totals(loaded)))", loaded.diagnostics)
    }
    return .active(policy, loaded)
  }

  private static func first(of errors: [Diagnostic]) -> String {
    errors.first.map { DiagnosticRenderer(sources: [:]).render($0).prefix { $0 != "\n" } + "; " } ?? ""
  }
}

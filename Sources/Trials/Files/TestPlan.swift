package import Rules

/// Tests, and the policies that they are run with.
package struct TestPlan: Sendable {
  package struct Entry: Sendable {
    package let test: RuleTest
    /// In `policies`.
    package let policy: Int
  }

  /// In the order of their files.
  package let entries: [Entry]
  /// Each distinct set of rule files once.
  package let policies: [Policy]
  package let files: Int

  /// Those tests whose name has one of the texts in it, case aside; `*` and `?` stand for what they do in `glob`.
  package func only(_ texts: [String]) -> TestPlan {
    let globs = texts.map { Glob(Array("*\($0)*".utf8), ignoresCase: true) }
    let chosen = entries.filter { entry in
      let name = Array(entry.test.name.utf8)
      return globs.contains { $0.matches(name.span.bytes) }
    }
    return TestPlan(entries: chosen, policies: policies, files: Set(chosen.map(\.test.location.file)).count)
  }
}

/// What came of loading files of tests.
package struct TestLoadResult: Sendable {
  /// nil: something is wrong with the tests or the rules.
  package let plan: TestPlan?
  /// What is wrong with the files of tests.
  package let diagnostics: [Diagnostic]
  /// Files of tests by name, for the lines that diagnostics name.
  package let sources: [String: SourceFile]
  /// Sets of rules that don't load.
  package let brokenRules: [LoadResult]
}

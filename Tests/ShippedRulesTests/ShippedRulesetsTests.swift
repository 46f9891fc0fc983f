import TestSupport
import Testing

/// The rulesets that come with Selvage, as the example of tenants.yaml has them.
struct ShippedRulesetsTests {
  private func selvage(_ arguments: String...) throws -> Program.Ending {
    try Program.run(ShippedRules.agent, arguments, directory: "\(ShippedRules.directory)/..")
  }

  @Test func theyCompileWithoutAWord() throws {
    let end = try selvage("check", "rules", "--tenants", "rulesets/tenants.yaml")
    #expect(end.status == 0 && end.errors.isEmpty, "\(end.output)\(end.errors)")
    for name in ["baseline", "web-service", "batch-job", "shared-storage"] {
      #expect(end.output.contains("ruleset \(name)\trules: "), "\(end.output)")
    }
  }

  /// Each rule has a test that fires it and one that keeps it quiet, and all pass. Of the site's rules, which hold
  /// beside them, the tests are elsewhere.
  @Test func theirTestsPass() throws {
    let end = try selvage("test", "rulesets", "--every-rule")
    #expect(end.output.hasSuffix(" passed, 0 failed\n"), "\(end.output)")
    let untested = end.errors.split(separator: "\n").filter { $0.contains("rulesets/") }
    #expect(untested.isEmpty, "\(untested)")
    #expect(end.errors.contains("selvage: rules/"), "the site's rules are not there: \(end.errors)")
  }
}

internal import ArgumentParser
internal import Events
internal import Rules
internal import Trials

struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run the tests of rules: recordings, the alerts that they should give, and the rules that should stay quiet.",
    discussion: """
      Needs no root. Takes files of tests, and folders for every *.test.yaml below them; without any, the folder at hand. \
      Tests run at the same time on all processors. A test that fails says what was expected, what came, and why: the \
      rule's condition, with the value of each part, on the record that came nearest. docs/testing.md has the format.

      Exit status: 0 all passed; 1 a test failed, or rules don't compile; 2 a file of tests is broken, or names a trace \
      that can't be opened.

      Examples:
        selvage test rules
        selvage test rules --filter metadata --coverage
        selvage test rules --every-rule
        selvage test --tap --junit results.xml
      """)

  @Argument(help: ArgumentHelp("Files of tests, and folders.", valueName: "path"), completion: .file())
  var paths: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Only tests with this in their name, in any case; * and ? stand for any text and any character. May be repeated.",
      valueName: "text"))
  var filter: [String] = []

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Threads; by default as many as there are processors.", valueName: "number"))
  var jobs: Int?

  @Flag(
    name: .long,
    help: "Tell what no test tries: rules not fired or not kept quiet; comparisons, exceptions never true or never false.")
  var coverage = false

  @Flag(name: .long, help: "Fail as well for a rule that no test fires, or that no test keeps quiet.")
  var everyRule = false

  @Flag(name: .long, help: "As TAP (version 14) on standard output.")
  var tap = false

  @Flag(name: .long, help: "As JSON on standard output, for programs.")
  var json = false

  @Option(
    name: .long, help: ArgumentHelp("Write a JUnit report as well; \"-\" is standard output.", valueName: "file"),
    completion: .file())
  var junit: String?

  func validate() throws {
    if tap, json { throw ValidationError("Give --tap or --json, not both.") }
    if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs is a number from 1 to 1024.") }
  }

  func run() throws {
    let loaded = TestLoader.load(paths: paths.isEmpty ? ["."] : paths, policies: .today())
    guard let plan = loaded.plan else {
      if !loaded.diagnostics.isEmpty { Console.say(DiagnosticRenderer(sources: loaded.sources).render(loaded.diagnostics)) }
      for rules in loaded.brokenRules { Console.say(rules.report) }
      guard loaded.diagnostics.isEmpty else {
        Console.say("selvage: a file of tests is broken: nothing was run")
        throw ExitStatus.refused
      }
      Console.say("selvage: rules don't compile: nothing was run")
      throw ExitStatus.failed
    }
    let chosen = filter.isEmpty ? plan : plan.only(filter)
    guard !chosen.entries.isEmpty else {
      let named = filter.map { DisplayText.quoted($0) }.joined(separator: ", ")
      Console.say("selvage: \(filter.isEmpty ? "there are no tests here" : "no test has \(named) in its name")")
      throw ExitStatus.refused
    }
    let (results, seen) = TestRunner.run(chosen, threads: jobs, wantsCoverage: coverage || everyRule)
    let covered = seen.map(CoverageReport.init)
    let report = TestReport(chosen, results, coverage ? covered : nil)
    if let junit { try OutputFile.write(JUnitText.text(report), to: junit) }
    if json {
      Console.answer(try JSONText.text(report))
    } else if tap {
      Console.answer(TAPText.text(report))
    } else {
      Console.answer(TestText.text(report, sources: loaded.sources, results))
    }
    if report.broken > 0 { throw ExitStatus.refused }
    let untested = everyRule ? covered?.rules.compactMap(\.untested) ?? [] : []
    for rule in untested { Console.say("selvage: \(rule)") }
    if report.failed > 0 || !untested.isEmpty { throw ExitStatus.failed }
  }
}

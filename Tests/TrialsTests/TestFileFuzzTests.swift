import Events
import Rules
import TestSupport
import Testing

@testable import Trials

/// Files of tests mutated for a while, see ``Fuzzing``: whatever comes of it, it ends, and reports stay printable.
struct TestFileFuzzTests {
  private static let file = Array(
    """
    rules: [.., "own.yaml"]
    tests:
    - test: First
      trace: traces/a.trace
      alerts:
      - One
      - rule: Two
        count: 3
        proc.name: curl
        proc.env[LD_PRELOAD]: {glob: "/tmp/*"}
        output: {regex: '.*x{2,5}[a-z]'}
        priority: warning
      - {rule: Three, count: 2+}
      ordered: true
      quiet: [Five, all others]
    - {test: Second, rules: own.yaml, trace: /abs.trace, quiet: all}
    - test: Third
      records:
      - {kind: exec, pid: 80, exe: /usr/sbin/nginx, cap_effective: 0x1f, args: [nginx, -g, 'daemon off;', 1, "\\x07é"]}
      - kind: connect
        remote: ::1
        remote_port: 443
      quiet: all
    """.utf8)

  private static let pieces =
    Fuzzing.pieces
    + [
      "tests:", "trace: ", "alerts: ", "quiet: ", "count: ", "9+", "glob: ", "regex: ", "tenant: ", "records: ", "kind: ", "~",
      "stdio: [{}]", "18446744073709551616", "all others", "a{9,99}{9}",
    ].map { Array($0.utf8) }

  @Test func mutatedFilesLoadOrFail() throws {
    let rules = "- {rule: Five, desc: d, condition: 'evt.type in (execve, connect)', output: '%proc.args', priority: Error, warn_evttypes: false}"
    let policy = try #require(PolicyLoader().load(files: [("r.yaml", Array(rules.utf8))]).policy)
    var worker = TestWorker(0, policy, wantsCoverage: true)
    let runs = try Fuzzing.run(11) { random in
      let bytes = Fuzzing.mutated(Self.file, &random, pieces: Self.pieces)
      var log = DiagnosticLog(limit: 1000)
      guard let source = SourceReader.check(name: "d/fuzz.test.yaml", bytes: bytes, limits: LoadLimits(), log: &log) else { return }
      let tests = TestFileReader.read(source, limits: LoadLimits(), log: &log)
      for test in tests {
        if case .records(let lines) = test.recording {
          var reader = try TraceReader(bytes: lines, name: "x")
          #expect(reader.forEach { _ in }.errorCount == 0, "\(bytes), seed \(Fuzzing.seed)")
          if case .broken(let diagnostic) = worker.run(test).outcome { Issue.record("\(diagnostic): \(bytes), seed \(Fuzzing.seed)") }
        }
        #expect(!test.rules.isEmpty && !(test.alerts.isEmpty && test.quiet.isEmpty), "\(bytes), seed \(Fuzzing.seed)")
      }
      let diagnostics = log.finished()
      #expect(diagnostics.allSatisfy { source.line($0.location.line) != nil }, "\(bytes), seed \(Fuzzing.seed)")
      let report = DiagnosticRenderer(sources: [source.name: source]).render(diagnostics)
      #expect(!report.unicodeScalars.contains { $0 != "\n" && ($0.properties.generalCategory == .control) }, "\(bytes), seed \(Fuzzing.seed)")
    }
    #expect(runs > 10)
  }
}

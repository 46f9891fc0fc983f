import Glibc
import Testing

@testable import Rules

/// Falco's own rule files, where they lie beside the project.
struct CorpusTests {
  static let directory: String = {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(root)/../shared/corpora/falco-rules"
  }()
  static let isHere = access(directory, R_OK) == 0

  @Test(.enabled(if: isHere, "no Falco rule files at \(directory)"))
  func loadUnmodified() throws {
    let loaded = PolicyLoader().load(paths: [Self.directory])
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(loaded.errors.isEmpty)
    #expect(loaded.counts.macros > 100)
    func count(_ status: RuleReport.Status) -> Int { loaded.rules.count { $0.status == status } }
    #expect(loaded.rules.count == 56)
    #expect(count(.full) == 23)
    #expect(count(.degraded) == 9)
    #expect(count(.unsupported) == 24)
    #expect(loaded.rules.count { $0.status == .degraded && $0.canMatch } == 5)
    #expect(loaded.rules.filter(\.overfires).map(\.name) == ["Run shell untrusted"])
    #expect(loaded.rules.count == loaded.counts.rules)
    #expect(policy.rules.count == loaded.counts.active)
    for report in loaded.rules {
      switch report.status {
      case .full: #expect(report.missingFields.isEmpty, "\(report)")
      case .degraded: #expect(!report.missingFields.isEmpty, "\(report)")
      case .unsupported: #expect(!report.missingKinds.isEmpty && !report.canMatch, "\(report)")
      }
    }
  }

  /// One by one, with all macros and lists at hand: a rule is compiled, or its own error says why not.
  @Test(.enabled(if: isHere, "no Falco rule files at \(directory)"))
  func noRuleIsDroppedInSilence() throws {
    var log = DiagnosticLog(limit: 10)
    var finder = FileFinder(.rules, limits: LoadLimits())
    finder.add(Self.directory, log: &log)
    var definitions = ""
    var rules: [String] = []
    for path in finder.paths {
      let file = try #require(SourceReader.read(path, limits: LoadLimits(), log: &log))
      let text = String(decoding: file.bytes, as: UTF8.self)
      for item in ("\n" + text).split(separator: "\n- ") {
        let isRule = item.hasPrefix("rule:")
        if isRule { rules.append("- \(item)\n") } else if item.hasPrefix("macro:") || item.hasPrefix("list:") { definitions += "- \(item)\n" }
      }
    }
    #expect(rules.count > 50)
    var compiled = 0
    for rule in rules {
      let loaded = load(definitions + rule)
      #expect(loaded.counts.rules == 1, "\(rule)")
      if loaded.policy == nil { #expect(!loaded.errors.isEmpty, "\(rule)") } else { compiled += 1 }
      #expect(loaded.policy.map { $0.rules.count + loaded.counts.disabled + loaded.counts.unsupported + loaded.counts.unmatchable == 1 } ?? true, "\(rule)")
    }
    print("Falco's rules: \(compiled) of \(rules.count) compile, the others name what they ask for")
  }
}

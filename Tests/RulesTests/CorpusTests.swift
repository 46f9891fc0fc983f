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

  /// The grammar takes every condition, and what this version can't run is named.
  @Test(.enabled(if: isHere, "no Falco rule files at \(directory)"))
  func allThatIsWrongIsUnsupported() {
    let loaded = PolicyLoader().load(paths: [Self.directory])
    #expect(loaded.counts.rules > 50)
    #expect(loaded.counts.macros > 100)
    #expect(loaded.sources.count == loaded.counts.files)
    for error in loaded.errors {
      #expect(error.message.hasSuffix("' is not supported yet"), "\(error)")
      #expect(isInside(error.location, loaded.sources[error.location.file]), "\(error)")
    }
    for warning in loaded.warnings { #expect(warning.message.hasPrefix("plugins are not supported"), "\(warning)") }
  }

  /// One by one, with all macros and lists at hand: a rule is compiled, or its own error says why not.
  @Test(.enabled(if: isHere, "no Falco rule files at \(directory)"))
  func noRuleIsDroppedInSilence() throws {
    var log = DiagnosticLog(limit: 10)
    var finder = FileFinder(limits: LoadLimits())
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
      #expect(loaded.policy.map { $0.rules.count + loaded.counts.disabled + loaded.counts.unsupported == 1 } ?? true, "\(rule)")
    }
    print("Falco's rules: \(compiled) of \(rules.count) compile, the others name what they ask for")
  }
}

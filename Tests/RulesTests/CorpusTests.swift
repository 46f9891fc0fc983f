import Testing

@testable import Rules

/// Falco's own rule files, where they lie beside the project.
struct CorpusTests {
  private static let directory: String = {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(root)/../shared/corpora/falco-rules"
  }()

  @Test func allThatIsWrongIsUnsupported() {
    let loaded = PolicyLoader().load(paths: [Self.directory])
    guard loaded.counts.files > 0 else {
      print("skipped: no rule files at \(Self.directory)")
      return
    }
    #expect(loaded.counts.rules > 50)
    for error in loaded.errors {
      #expect(error.message.hasPrefix("unknown field") || error.message.hasSuffix("is not supported yet"), "\(error)")
    }
  }
}

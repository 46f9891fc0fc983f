import Glibc
import Testing

@testable import Rules

/// SigmaHQ's rules, where they lie beside the project.
struct SigmaCorpusTests {
  static let directory: String = {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(root)/../shared/corpora/sigma"
  }()
  static let isHere = access(directory, R_OK) == 0

  @Test(.enabled(if: isHere, "no Sigma rule files at \(directory)"))
  func allLoadAsTheyAre() throws {
    let loaded = PolicyLoader().load(paths: [Self.directory])
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(loaded.counts.files == 70)
    #expect(loaded.counts.rules == 70)
    #expect(policy.rules.count == loaded.counts.active)
    #expect(loaded.counts.active == 63)
    #expect(loaded.rules.count == 70)
    #expect(loaded.rules.count { $0.status == .full } == 63)
    func unsupported(_ reason: String) -> Int { loaded.warnings.count { $0.message.hasSuffix(reason) } }
    #expect(unsupported("no event here is of category 'dns'") == 4)
    #expect(unsupported("can never match: this node can't supply DestinationHostname") == 3)
    #expect(loaded.counts.unsupported == 4, "\(loaded.report)")
    #expect(loaded.counts.unmatchable == 3)
    #expect(loaded.warnings.count == 7, "\(loaded.report)")
    #expect(Set(policy.rules.map(\.name)).count == policy.rules.count)
  }
}

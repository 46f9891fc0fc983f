import CEvents
import Rules
import Testing

/// Sigma files with correlations, and streams for them. The rule `rN` is of execs with `-rN-` among their arguments.
enum CorrelationFile {
  static func rule(_ number: Int) -> String {
    """
    title: Rule \(number)
    name: r\(number)
    logsource: {product: linux, category: process_creation}
    detection:
        selection: {CommandLine|contains: '-r\(number)-'}
        condition: selection
    """
  }

  static func correlation(_ section: String, name: String = "c", more: String = "") -> String {
    """
    title: Correlation \(name)
    name: \(name)
    \(more)
    correlation:
        \(section.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n    "))
    """
  }

  static func policy(_ documents: String...) throws -> Policy { try policy(documents) }

  static func policy(_ documents: [String]) throws -> Policy {
    let text = documents.joined(separator: "\n---\n")
    let loaded = PolicyLoader().load(files: [("c.yml", Array(text.utf8))])
    return try #require(loaded.policy, "\(loaded.report)\n\(text)")
  }
}

extension TestStream {
  /// An exec that is an event of these rules.
  mutating func event(_ rules: [Int], user: UInt32 = 0, exe: String? = "/bin/x", comm: String = "x", second: Double) {
    time = UInt64(second * 1_000_000_000) + 999_000_000
    exec(UInt32(records.count + 10), ["x", rules.map { "-r\($0)-" }.joined(separator: " ")], comm: comm, exe: exe) {
      $0.uid = user
    }
  }
}

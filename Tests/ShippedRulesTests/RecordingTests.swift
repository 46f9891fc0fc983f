import Engine
import Events
import Glibc
import Rules
import Testing

/// The recordings can be made again, on the kernel at hand.
struct RecordingTests {
  private static let lacks: String? = {
    if geteuid() != 0 { return "root" }
    let needed = [ShippedRules.agent, "/sys/kernel/btf/vmlinux", "/bin/bash", "/usr/bin/python3", "/usr/bin/unshare", "/bin/busybox"]
    return needed.first { access($0, R_OK) != 0 }
  }()

  @Test(.enabled(if: lacks == nil, "recording needs \(lacks ?? "")"))
  func aCommandIsRecordedAloneAndFiresItsRuleAgain() throws {
    var template = Array("/tmp/selvage-recordings-XXXXXX".utf8CString)
    _ = try #require(mkdtemp(&template))
    let folder = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { _ = system("rm -r '\(folder)'") }

    let slug = "program-run-from-memory"
    let script = "\(ShippedRules.directory)/../scripts/record-rule-traces"
    let status = system("SELVAGE='\(ShippedRules.agent)' TRACES='\(folder)' '\(script)' \(slug) > '\(folder)/said' 2>&1")
    if status != 0 { _ = system("cat '\(folder)/said' >&2") }
    try #require(status == 0)

    let policy = try #require(ShippedRules.loaded.policy)
    let fires = try Replay("\(folder)/\(slug).fires.trace", policy)
    #expect(fires.alerts.map(\.rule) == ["Program run from memory"])
    let quiet = try Replay("\(folder)/\(slug).quiet.trace", policy)
    #expect(quiet.alerts.isEmpty && quiet.kinds.contains(.exec))
    for replay in [fires, quiet] {
      #expect(replay.summary.isWhole && replay.snapshotTasks == 0)
      #expect(replay.streams.map(\.node) == ["node1"])
      // The shell, python3 and what that becomes; fork, exec and exit of each; stream and counters.
      #expect(replay.summary.records < 40)
    }
  }
}

import Discovery
import Events
import Glibc
import SystemPackage
import TestSupport
import Testing

struct CgroupScanTests {
  /// Any tree of folders is walked as the hierarchy's is.
  @Test func parentsComeFirst() throws {
    let folder = try TemporaryFolder()
    for path in ["a", "a/b", "a/b/c", "d", "a/\u{7}\n"] { #expect(mkdir("\(folder.path)/\(path)", 0o755) == 0) }
    try folder.write("", "cgroup.procs")
    var scan = CgroupScan()
    var names: [UInt64: String] = [:]
    var found: [String] = []
    try scan.run(folder.path) { cgroup in
      if cgroup.parent != 0 { #expect(names[cgroup.parent] != nil) }
      names[cgroup.id] = String(decoding: cgroup.name, as: UTF8.self)
      found.append("\(cgroup.level) \(names[cgroup.parent] ?? "-") \(names[cgroup.id] ?? "-")")
    }
    #expect(found.first == "0 - ")
    #expect(Set(found) == ["0 - ", "1  a", "2 a b", "3 b c", "1  d", "2 a \u{7}\n"])
    #expect(!scan.isCut)
  }

  @Test func depthIsBounded() throws {
    let folder = try TemporaryFolder()
    var path = folder.path
    for _ in 0..<100 {
      path += "/x"
      mkdir(path, 0o755)
    }
    var scan = CgroupScan()
    var count = 0
    try scan.run(folder.path) { _ in count += 1 }
    #expect(count == Int(CgroupScan.depthLimit) + 1)
    #expect(scan.isCut)
  }

  @Test func aFolderThatIsNotThereIsAnError() {
    var scan = CgroupScan()
    #expect(throws: Errno.self) { try scan.run("/nonexistent") { _ in } }
  }
}

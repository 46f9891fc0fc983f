import Capture
import Glibc
import SystemPackage
import Testing

/// What the running node offers, against what other tools say of it.
@Suite struct NodeReportTests {
  @Test func kernel() throws {
    let report = NodeReport()
    let release = String(decoding: try readWholeFile("/proc/sys/kernel/osrelease", limit: 256), as: UTF8.self)
    #expect(report.kernel + "\n" == release)
    #expect(!report.machine.isEmpty)
    #expect(report.hasBTF == (access("/sys/kernel/btf/vmlinux", R_OK) == 0))
  }

  @Test func firstBytesOfAFile() throws {
    #expect(try readWholeFile("/proc/self/status", limit: 5) == Array("Name:".utf8))
    #expect(try readWholeFile("/dev/zero", limit: 100_000).count == 100_000)
    #expect(try readWholeFile("/dev/null", limit: 100) == [])
    #expect(throws: Errno.noSuchFileOrDirectory) { try readWholeFile("/nowhere", limit: 1) }
    #expect(throws: Errno.isDirectory) { try readWholeFile("/", limit: 1) }
  }
}

import CEvents
import Capture
import Events
import Glibc
import SystemPackage
import Testing

extension KernelTests {
  /// Trigger: directories in the cgroup2 hierarchy, and in another.
  @Suite struct CgroupTests {
    private struct Told: Equatable {
      var id: UInt64
      var parent: UInt64
      var level: UInt32
      var name: String
    }

    private func told(_ captured: Captured) throws -> Told {
      let record = try CgroupRecord(Record(number: 1, bytes: captured.bytes.span.bytes))
      let name = if let name = record.name { name.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } } else { "" }
      return Told(id: captured.header.cgroup_id, parent: record.fixed.parent_id, level: record.fixed.level, name: name)
    }

    private func cgroups(_ recording: Recording, _ kind: EventKind, under path: String) throws -> [Told] {
      let name = String(path.split(separator: "/").last ?? "")
      let all = try recording.all(kind).map(told)
      let top = try #require(all.first { $0.name == name })
      return all.filter { $0.id == top.id || $0.parent == top.id }
    }

    @Test func madeAndRemoved() throws {
      let root = try CgroupHierarchy.current().path
      let recording = try Recording()
      var cgroup: TestCgroup? = try TestCgroup(in: root)
      let path = try #require(cgroup?.path)
      let id = try #require(try cgroup?.id)
      try #require(mkdir("\(path)/inner", 0o755) == 0)
      let inner = try inode("\(path)/inner")
      try #require(rmdir("\(path)/inner") == 0)
      cgroup = nil
      try recording.marker()

      let top = Told(id: id, parent: try inode(root), level: 1, name: String(path.split(separator: "/").last ?? ""))
      let below = Told(id: inner, parent: id, level: 2, name: "inner")
      #expect(try cgroups(recording, .cgroup, under: path) == [top, below])
      #expect(try cgroups(recording, .cgroupEnd, under: path) == [below, top])
      let made = try #require(recording.all(.cgroup).first { $0.header.cgroup_id == id })
      #expect(made.header.pid == UInt32(getpid()))
      #expect(made.header.start_ns != 0)
    }

    /// Before the first record of a process in it.
    @Test func toldBeforeItsProcesses() throws {
      let recording = try Recording()
      let cgroup = try TestCgroup(in: CgroupHierarchy.current().path)
      let id = try cgroup.id
      let child = try Child("/bin/sh", "-c", "echo 0 > \(cgroup.path)/cgroup.procs; exec /bin/true")
      _ = try child.finish()
      let exec = try recording.first(.exec) { $0.header.pid == UInt32(child.pid) && $0.header.cgroup_id == id }
      let made = recording.records.firstIndex { $0.kind == .cgroup && $0.header.cgroup_id == id }
      let ran = recording.records.firstIndex { $0.bytes == exec.bytes }
      #expect(try #require(made) < #require(ran))
    }

    /// The longest name that the kernel takes, and one that begins like a line of its own.
    @Test(arguments: [String(repeating: "n", count: 255), "a\nb \u{1B}[31m"]) func names(_ name: String) throws {
      let recording = try Recording()
      let cgroup = try TestCgroup(in: CgroupHierarchy.current().path)
      let path = "\(cgroup.path)/\(name)"
      guard mkdir(path, 0o755) == 0 else {
        // cgroup v2 refuses line ends in names (d5a8a5ffd8f2).
        #expect(name.contains("\n"))
        return
      }
      let id = try inode(path)
      rmdir(path)
      let record = try recording.first(.cgroup) { $0.header.cgroup_id == id }
      #expect(try told(record).name == name)
    }

    @Test(.enabled(if: otherHierarchy != nil, "this node has the cgroup2 hierarchy alone"))
    func otherHierarchiesTellNothing() throws {
      let recording = try Recording()
      let other = try TestCgroup(in: #require(Self.otherHierarchy))
      try recording.marker()
      let name = String(other.path.split(separator: "/").last ?? "")
      #expect(try !recording.all(.cgroup).contains { try told($0).name == name })
    }

    /// A cgroup v1 hierarchy, where there is one.
    private static let otherHierarchy = ["freezer", "pids", "memory"].map { "/sys/fs/cgroup/\($0)" }.first {
      access("\($0)/cgroup.procs", W_OK) == 0 && access("\($0)/cgroup.controllers", F_OK) != 0
    }
  }
}

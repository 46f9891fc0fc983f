import CEvents
import Capture
import Events
import Glibc
import SystemPackage
import Testing

extension KernelTests {
  /// iter/task: the processes that ran before the agent, in exec's own format.
  @Suite struct SnapshotTests {
    private func snapshot() throws -> [Captured] {
      var records: [Captured] = []
      try SharedSensors.get().snapshot { span in
        if let record = Captured(span) { records.append(record) } else { Issue.record("no record") }
      }
      return records
    }

    @Test func ownProcessIsInIt() throws {
      let record = try #require(try snapshot().first { $0.header.pid == UInt32(getpid()) })
      let image = try #require(record.image)
      let facts = try ProcessFacts(getpid())
      #expect(record.kind == .task)
      #expect(try ticks(image.fixed.header.start_ns) == facts.startTicks)
      #expect(try UInt64(image.fixed.parent_pid) == facts.stat(4))
      #expect(try UInt64(image.fixed.session) == facts.stat(6))
      #expect(try image.exe == facts.link("exe"))
      #expect(try image.cwd == facts.link("cwd"))
      #expect(try image.fixed.cap_effective == facts.status("CapEff", radix: 16))
      #expect(try image.fixed.ns_mnt == facts.namespace("mnt"))
      #expect(try image.fixed.ns_user == facts.namespace("user"))
      #expect(try image.fixed.ns_cgroup == facts.namespace("cgroup"))
      #expect(!image.has(SV_PROCESS_KERNEL))
      try expectArguments(image, of: getpid())
    }

    @Test func childIsAsItsExecSaid() throws {
      let recording = try Recording()
      let child = try Child("/bin/cat", "-", "argument", "", "last")
      let exec = try recording.exec(of: child.pid, comm: "cat")
      let task = try #require(try snapshot().first { $0.header.pid == UInt32(child.pid) }?.image)
      #expect(task.fixed.header.start_ns == exec.fixed.header.start_ns)
      #expect(task.fixed.parent_pid == exec.fixed.parent_pid)
      #expect(task.fixed.parent_start_ns == exec.fixed.parent_start_ns)
      #expect(task.fixed.header.cgroup_id == exec.fixed.header.cgroup_id)
      #expect(task.fixed.inode == exec.fixed.inode && task.fixed.device == exec.fixed.device)
      #expect(task.fixed.flags == exec.fixed.flags)
      #expect(task.exe == exec.exe && task.cwd == exec.cwd && task.comm == exec.comm)
      try expectArguments(task, of: child.pid)
    }

    @Test func everyProcessOnceAndKernelThreadsAsSuch() throws {
      let before = processes()
      let records = try snapshot()
      let after = processes()
      let pids = records.map(\.header.pid)
      #expect(Set(pids).count == pids.count)
      let missing = before.intersection(after).subtracting(pids)
      // A hardened kernel may keep a process of its own from everybody, root too: then /proc says so as well.
      #expect(missing.filter { access("/proc/\($0)/exe", F_OK) == 0 || errno != EACCES } == [])
      for record in records {
        // What ended meanwhile is passed over.
        guard let facts = try? ProcessFacts(pid_t(record.header.pid)), let flags = try? facts.stat(9) else { continue }
        let isKernels = flags & 0x0020_0000 != 0  // PF_KTHREAD
        #expect(record.image?.has(SV_PROCESS_KERNEL) == isKernels, "pid \(record.header.pid)")
      }
      let kernel = records.filter { $0.image?.has(SV_PROCESS_KERNEL) == true }
      #expect(kernel.contains { $0.image?.comm == "kthreadd" })
      #expect(kernel.allSatisfy { $0.image?.exeBytes == nil && $0.image?.argBytes.isEmpty == true })
    }

    @Test func threadsAreNotInIt() throws {
      let records = try snapshot()
      #expect(records.allSatisfy { $0.header.pid == $0.header.tid })
      let own = records.filter { $0.header.pid == UInt32(getpid()) }
      #expect(own.count == 1)  // this process has threads
    }

    @Test func longArgumentsAreCutAtTheSetting() throws {
      let recording = try Recording()
      let child = try Child("/bin/cat", "-", String(repeating: "x", count: 50_000))
      // Before the exec is told, the new memory has no arguments yet.
      _ = try recording.exec(of: child.pid, comm: "cat")
      let image = try #require(try snapshot().first { $0.header.pid == UInt32(child.pid) }?.image)
      #expect(image.has(SV_PROCESS_ARGS_TRUNCATED))
      #expect(image.fixed.args_total == 50_012)
      if !image.has(SV_PROCESS_ARGS_UNREADABLE) { #expect(image.argBytes.count == 4096) }
    }

    /// Pids in /proc, those of zombies left out.
    private func processes() -> Set<UInt32> {
      guard let directory = opendir("/proc") else { return [] }
      defer { closedir(directory) }
      var pids: Set<UInt32> = []
      while let entry = readdir(directory) {
        guard let pid = UInt32(text(of: entry.pointee.d_name)), let facts = try? ProcessFacts(pid_t(pid)),
          let threads = try? facts.status("Threads"), threads > 0, (try? facts.link("ns/mnt")) != nil || pid == 1
        else { continue }
        pids.insert(pid)
      }
      return pids
    }

    /// The kernel before 5.18 has no way to read another process's arguments: the record says so.
    private func expectArguments(_ image: Image, of pid: pid_t) throws {
      if try SharedSensors.get().hooks.contains(where: { $0.hook.name == "iter.s/task" && $0.state == .attached }) {
        #expect(image.argBytes == (try readWholeFile("/proc/\(pid)/cmdline", limit: 4096)))
      } else {
        #expect(image.has(SV_PROCESS_ARGS_UNREADABLE))
      }
    }
  }
}

import CEvents
import CTriggers
import Capture
import Events
import Glibc
import SystemPackage
import Testing

extension KernelTests {
  /// tp_btf/sched_process_fork and sched_process_exit: how processes come and go, and that threads are none.
  @Suite struct ForkExitTests {
    @Test func forkNamesChildParentAndCredentials() throws {
      let recording = try Recording()
      let child = try Child(
        "/usr/bin/setpriv", "--reuid", "1234", "--regid", "2345", "--clear-groups", "/bin/sh", "-c",
        "/bin/true; exec cat -")
      let grandchild = try recording.first(.exec) { $0.image?.fixed.parent_pid == UInt32(child.pid) }
      let fork = try #require(try recording.first(.fork) { $0.header.pid == grandchild.header.pid }.fork)
      #expect(fork.header.tid == fork.header.pid)
      #expect(fork.header.start_ns == grandchild.header.start_ns)
      #expect(fork.parent_pid == UInt32(child.pid) && fork.creator_pid == UInt32(child.pid))
      let facts = try ProcessFacts(child.pid)
      #expect(try ticks(fork.parent_start_ns) == facts.startTicks)
      #expect(fork.creator_start_ns == fork.parent_start_ns)
      #expect(fork.uid == 1234 && fork.euid == 1234 && fork.gid == 2345 && fork.egid == 2345)
      #expect(fork.inner_pid == fork.header.pid)
      #expect(try UInt64(fork.session) == facts.stat(6))
      #expect(text(of: fork.comm) == "sh")
    }

    @Test func forkExecAndExitAreOneProcessInOrder() throws {
      let recording = try Recording()
      let child = try Child("/bin/true")
      _ = try child.finish()
      _ = try recording.first(.exit) { $0.header.pid == UInt32(child.pid) }
      let own = recording.records.filter { $0.header.pid == UInt32(child.pid) }
      #expect(own.map(\.kind) == [.fork, .exec, .exit])
      #expect(Set(own.map(\.header.start_ns)).count == 1)
      #expect(own.map(\.header.time_ns) == own.map(\.header.time_ns).sorted())
    }

    @Test(arguments: [0, 1, 42, 255])
    func exitCode(_ code: CInt) throws {
      let recording = try Recording()
      let child = try Child(script: "exit \(code)")
      let status = try child.finish()
      let exit = try #require(try recording.first(.exit) { $0.header.pid == UInt32(child.pid) }.exit)
      #expect(status == code << 8)
      #expect(exit.code == UInt32(code))
      #expect(exit.signal == 0 && exit.core_dumped == 0 && exit.uid == 0)
      #expect(text(of: exit.comm) == "sh")
    }

    @Test(arguments: [SIGKILL, SIGTERM, SIGSEGV])
    func exitBySignal(_ number: CInt) throws {
      let recording = try Recording()
      let child = try Child(script: "ulimit -c 0; kill -\(number) $$; sleep 10")
      let status = try child.finish()
      let exit = try #require(try recording.first(.exit) { $0.header.pid == UInt32(child.pid) }.exit)
      #expect(status & 0x7f == number)
      #expect(exit.signal == UInt32(number))
      #expect(exit.core_dumped == 0 && exit.code == 0)
    }

    @Test func exitWithACore() throws {
      let recording = try Recording()
      let directory = try TestDirectory()
      let child = try Child(script: "cd \(directory.path); ulimit -c unlimited; kill -SEGV $$; sleep 10")
      let status = try child.finish()
      let exit = try #require(try recording.first(.exit) { $0.header.pid == UInt32(child.pid) }.exit)
      #expect(exit.signal == UInt32(SIGSEGV))
      #expect(exit.core_dumped == UInt32(status >> 7 & 1))  // as wait says: limits and core_pattern decide
    }

    @Test func threadsAreNoProcesses() throws {
      let recording = try Recording()
      let child = try Child(started: trigger_threads(8))
      _ = try child.finish()
      try recording.marker()
      let pid = UInt32(child.pid)
      let forks = recording.all(.fork) { $0.header.pid == pid || $0.fork?.creator_pid == pid }
      let exits = recording.all(.exit) { $0.header.pid == pid }
      #expect(forks.map(\.header.pid) == [pid])
      #expect(exits.count == 1)
    }

    /// Threads that end at one moment must not be taken for the last one twice.
    @Test func manyThreadsEndingAtOnceAreOneExit() throws {
      let recording = try Recording()
      var pids: [UInt32] = []
      for _ in 0..<300 {
        let child = try Child(started: trigger_threads(15))
        pids.append(UInt32(child.pid))
        _ = try child.finish()
        try recording.drain()  // others on this machine may fill the ring meanwhile
      }
      try recording.marker()
      let exits = recording.all(.exit) { pids.contains($0.header.pid) }.map(\.header.pid)
      let twice = Dictionary(grouping: exits) { $0 }.filter { $0.value.count != 1 }.keys.sorted()
      #expect(twice == [])
      #expect(exits.count == pids.count)
    }

    @Test func execFromAnotherThreadKeepsTheIdentity() throws {
      let recording = try Recording()
      let child = try Child { input in
        withCStrings(["cat", "-"].map { Array($0.utf8) }) { trigger_exec_in_thread("/bin/cat", $0, input) }
      }
      let image = try recording.exec(of: child.pid, comm: "cat")
      let facts = try ProcessFacts(child.pid)
      #expect(image.fixed.header.tid == UInt32(child.pid))
      #expect(try ticks(image.fixed.header.start_ns) == facts.startTicks)
      #expect(image.fixed.parent_pid == UInt32(getpid()))
      let fork = try recording.first(.fork) { $0.header.pid == UInt32(child.pid) }
      #expect(fork.header.start_ns == image.fixed.header.start_ns)
      // The first thread went, the process did not.
      try recording.marker()
      let exits = recording.all(.exit) { $0.header.pid == UInt32(child.pid) }
      #expect(exits.isEmpty)
      _ = try child.finish()
      let exit = try recording.first(.exit) { $0.header.pid == UInt32(child.pid) }
      #expect(exit.header.start_ns == image.fixed.header.start_ns)
    }

    @Test func vfork() throws {
      let recording = try Recording()
      let child = try Child { input in
        withCStrings(["true"].map { Array($0.utf8) }) { trigger_exec_after_vfork("/bin/true", $0, input) }
      }
      _ = try child.finish()
      _ = try recording.first(.exit) { $0.header.pid == UInt32(child.pid) }
      let own = recording.records.filter { $0.header.pid == UInt32(child.pid) }
      #expect(own.map(\.kind) == [.fork, .exec, .exit])
      #expect(own.first?.fork?.parent_pid == UInt32(getpid()))
    }

    @Test func reusedPidIsAnotherProcess() throws {
      let recording = try Recording()
      let first = try Child("/bin/true")
      _ = try first.finish()
      let second = try Child(started: trigger_with_pid(first.pid, 7))
      #expect(second.pid == first.pid)
      _ = try second.finish()
      let exit = try recording.first(.exit) { $0.header.pid == UInt32(first.pid) && $0.exit?.code == 7 }
      let starts = recording.all(.fork) { $0.header.pid == UInt32(first.pid) }.map(\.header.start_ns)
      #expect(starts.count == 2 && starts[0] < starts[1])
      #expect(exit.header.start_ns == starts.last)
    }

    @Test func orphanGoesToItsNewParent() throws {
      let recording = try Recording()
      let directory = try TestDirectory()
      // It executes again only after its parent is gone.
      let fifo = "\(directory.path)/fifo"
      let child = try Child(
        script: "mkfifo \(fifo); (read line < \(fifo); exec /bin/true) & echo $! > \(directory.path)/pid")
      _ = try child.finish()
      let text = String(decoding: try readWholeFile("\(directory.path)/pid", limit: 64).dropLast(), as: UTF8.self)
      let orphan = try #require(pid_t(text))
      let parent = try ProcessFacts(orphan).stat(4)
      _ = try Child(script: "echo > \(fifo)").finish()
      let image = try recording.exec(of: orphan, comm: "true")
      #expect(parent != UInt64(child.pid))
      #expect(UInt64(image.fixed.parent_pid) == parent)
      let fork = try recording.first(.fork) { $0.header.pid == UInt32(orphan) }
      #expect(fork.fork?.parent_pid == UInt32(child.pid))
    }
  }
}

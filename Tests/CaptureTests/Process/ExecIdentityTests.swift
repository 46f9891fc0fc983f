import CEvents
import CTriggers
import Capture
import Events
import Glibc
import SystemPackage
import Testing

extension KernelTests {
  /// tp_btf/sched_process_exec: who runs. Each field against what /proc says.
  @Suite struct ExecIdentityTests {
    @Test func identityParentAndSession() throws {
      let recording = try Recording()
      let child = try Child("/bin/cat", "-")
      let image = try recording.exec(of: child.pid, comm: "cat")
      let facts = try ProcessFacts(child.pid)
      let own = try ProcessFacts(getpid())

      #expect(image.fixed.header.pid == UInt32(child.pid))
      #expect(image.fixed.header.tid == UInt32(child.pid))
      #expect(image.fixed.header.fixed == UInt16(MemoryLayout<sv_process>.size))
      #expect(try ticks(image.fixed.header.start_ns) == facts.startTicks)
      #expect(image.fixed.parent_pid == UInt32(getpid()))
      #expect(try ticks(image.fixed.parent_start_ns) == own.startTicks)
      #expect(try UInt64(image.fixed.session) == facts.stat(6))
      #expect(image.fixed.inner_pid == UInt32(child.pid))
      #expect(image.comm == "cat")
      #expect(image.arguments == ["/bin/cat", "-"])
      #expect(image.fixed.args_count == 2)
      #expect(image.fixed.args_total == 11)
      #expect(try image.exe == facts.link("exe"))
      #expect(try image.cwd == facts.link("cwd"))
      let file = try status("/bin/cat")
      #expect(image.fixed.inode == UInt64(file.st_ino))
      if !image.has(SV_PROCESS_UPPER_LAYER) && !image.has(SV_PROCESS_LOWER_LAYER) {  // stat has layers' own numbers
        #expect(image.fixed.device == device(file.st_dev))
      }
      #expect(image.fixed.mode == file.st_mode)
      #expect(image.fixed.file_uid == file.st_uid && image.fixed.file_gid == file.st_gid)
      #expect(image.script == nil && image.interpreter == nil)
    }

    @Test func timeIsBetweenTheClocksReadings() throws {
      let recording = try Recording()
      let before = boottime()
      let child = try Child("/bin/true")
      _ = try child.finish()
      let after = boottime()
      let image = try recording.exec(of: child.pid, comm: "true")
      #expect((before...after).contains(image.fixed.header.time_ns))
    }

    @Test func terminalAndItsSession() throws {
      let recording = try Recording()
      var name = [CChar](repeating: 0, count: 64)
      let terminal = trigger_open_terminal(&name, name.count)
      try #require(terminal >= 0)
      defer { close(terminal) }
      let path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      let child = try Child("/bin/cat", [Array("-".utf8)], terminal: path)
      let image = try recording.exec(of: child.pid, comm: "cat")
      #expect(image.fixed.session == UInt32(child.pid))
      #expect(text(of: image.fixed.tty) == path.dropFirst(5).filter { $0 != "/" })  // "pts0" for /dev/pts/0
      #expect(image.fixed.stdio.0.type == UInt8(S_IFCHR >> 12))
    }

    @Test func withoutATerminalThereIsNone() throws {
      let recording = try Recording()
      let child = try Child("/usr/bin/setsid", "/bin/cat", "-")
      let image = try recording.exec(of: child.pid, comm: "cat")
      #expect(text(of: image.fixed.tty) == "")
      #expect(image.fixed.session == UInt32(child.pid))
      #expect(image.fixed.stdio.0.type == UInt8(S_IFIFO >> 12))
      #expect(image.fixed.stdio.1.type == UInt8(S_IFCHR >> 12))
    }

    @Test(arguments: [
      ["--reuid", "1234", "--regid", "2345", "--clear-groups"],
      ["--ruid", "1234", "--rgid", "2345", "--keep-groups"],
      [
        "--reuid", "1234", "--regid", "2345", "--clear-groups", "--inh-caps", "+net_raw,+kill", "--ambient-caps",
        "+net_raw,+kill",
      ],
      ["--bounding-set", "-sys_admin,-net_raw"],
    ])
    func credentialsAndCapabilities(_ options: [String]) throws {
      let recording = try Recording()
      let child = try Child("/usr/bin/setpriv", (options + ["/bin/cat", "-"]).map { Array($0.utf8) })
      let image = try recording.exec(of: child.pid, comm: "cat")
      let facts = try ProcessFacts(child.pid)
      #expect(try UInt64(image.fixed.uid) == facts.status("Uid", 0))
      #expect(try UInt64(image.fixed.euid) == facts.status("Uid", 1))
      #expect(try UInt64(image.fixed.gid) == facts.status("Gid", 0))
      #expect(try UInt64(image.fixed.egid) == facts.status("Gid", 1))
      #expect(try image.fixed.cap_effective == facts.status("CapEff", radix: 16))
      #expect(try image.fixed.cap_permitted == facts.status("CapPrm", radix: 16))
    }

    @Test(.enabled(if: access("/proc/self/loginuid", W_OK) == 0, "this kernel has no audit (/proc/self/loginuid)"))
    func loginUID() throws {
      let recording = try Recording()
      let child = try Child(script: "echo 4321 > /proc/self/loginuid; exec cat -")
      let image = try recording.exec(of: child.pid, comm: "cat")
      let facts = try ProcessFacts(child.pid)
      #expect(image.fixed.loginuid == 4321)
      #expect(try image.fixed.loginuid == facts.number("loginuid"))
      #expect(try image.fixed.audit_session == facts.number("sessionid"))

      let unset = try Child("/bin/cat", "-")
      let other = try recording.exec(of: unset.pid, comm: "cat")
      #expect(try other.fixed.loginuid == ProcessFacts(unset.pid).number("loginuid"))
    }

    @Test func namespaces() throws {
      let recording = try Recording()
      let child = try Child("/usr/bin/unshare", "--mount", "--uts", "--ipc", "--net", "--cgroup", "/bin/cat", "-")
      try expectNamespaces(
        recording.exec(of: child.pid, comm: "cat"), of: child.pid, own: ["mnt", "uts", "ipc", "net", "cgroup"])
      let plain = try Child("/bin/cat", "-")
      try expectNamespaces(recording.exec(of: plain.pid, comm: "cat"), of: plain.pid, own: [])
    }

    @Test(.enabled(if: canUnshareUsers(), "user namespaces cannot be made here"))
    func userNamespace() throws {
      let recording = try Recording()
      let child = try Child("/usr/bin/unshare", "--user", "--map-root-user", "/bin/cat", "-")
      let image = try recording.exec(of: child.pid, comm: "cat")
      try expectNamespaces(image, of: child.pid, own: ["user"])
      #expect(image.fixed.uid == 0)  // ids are those of the initial namespace
      #expect(try image.fixed.cap_effective == ProcessFacts(child.pid).status("CapEff", radix: 16))
    }

    @Test func pidNamespace() throws {
      let recording = try Recording()
      let child = try Child("/usr/bin/unshare", "--pid", "--fork", "/bin/cat", "-")
      let record = try recording.first(.exec) { $0.image?.fixed.parent_pid == UInt32(child.pid) }
      let image = try #require(record.image)
      #expect(image.comm == "cat")
      #expect(image.fixed.inner_pid == 1)
      #expect(image.fixed.header.pid != 1)
      #expect(try image.fixed.ns_pid == ProcessFacts(pid_t(image.fixed.header.pid)).namespace("pid"))
      #expect(try image.fixed.ns_pid != ProcessFacts(getpid()).namespace("pid"))
      let fork = try recording.first(.fork) { $0.header.pid == image.fixed.header.pid }
      #expect(fork.fork?.inner_pid == 1)
    }

    @Test func joinedNamespace() throws {
      let recording = try Recording()
      let first = try Child("/usr/bin/unshare", "--net", "/bin/cat", "-")
      _ = try recording.exec(of: first.pid, comm: "cat")
      let second = try Child("/usr/bin/nsenter", "--net", "--target", "\(first.pid)", "/bin/cat", "-")
      let image = try recording.exec(of: second.pid, comm: "cat")
      #expect(try image.fixed.ns_net == ProcessFacts(first.pid).namespace("net"))
      #expect(try image.fixed.ns_net != ProcessFacts(getpid()).namespace("net"))
    }

    @Test func cgroup() throws {
      let recording = try Recording()
      let hierarchy = try CgroupHierarchy.current().path
      let cgroup = try TestCgroup(in: hierarchy)
      let child = try Child(script: "echo $$ > \(cgroup.path)/cgroup.procs; exec cat -")
      let image = try recording.exec(of: child.pid, comm: "cat")
      #expect(try image.fixed.header.cgroup_id == cgroup.id)
      _ = try child.finish()
      let exit = try recording.first(.exit) { $0.header.pid == UInt32(child.pid) }
      #expect(try exit.header.cgroup_id == cgroup.id)
    }

    private func expectNamespaces(_ image: Image, of pid: pid_t, own names: Set<String>) throws {
      let facts = try ProcessFacts(pid)
      let own = try ProcessFacts(getpid())
      let said = [
        ("cgroup", image.fixed.ns_cgroup), ("ipc", image.fixed.ns_ipc), ("mnt", image.fixed.ns_mnt),
        ("net", image.fixed.ns_net), ("pid", image.fixed.ns_pid), ("user", image.fixed.ns_user),
        ("uts", image.fixed.ns_uts),
      ]
      for (name, number) in said {
        #expect(try number == facts.namespace(name), "\(name)")
        #expect(try (number != own.namespace(name)) == names.contains(name), "\(name)")
      }
    }
  }
}

/// Not in a chroot, and not where an administrator forbids it.
private func canUnshareUsers() -> Bool {
  (try? Child("/usr/bin/unshare", "--user", "/bin/true").finish()) == 0
}

/// CLOCK_BOOTTIME now, nanoseconds.
func boottime() -> UInt64 {
  var now = timespec()
  clock_gettime(CLOCK_BOOTTIME, &now)
  return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}

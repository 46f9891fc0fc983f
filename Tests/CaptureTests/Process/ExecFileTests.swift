import CEvents
import CTriggers
import Capture
import Events
import Glibc
import SystemPackage
import Testing

extension KernelTests {
  /// tp_btf/sched_process_exec: which file runs, and by what path as the process sees it. Mounts are made in a mount
  /// namespace of the shell that then executes the file, and go with it.
  @Suite struct ExecFileTests {
    private static let unsharing = "/usr/bin/unshare"

    /// A shell in a mount namespace of its own, in `directory`; its last command executes what is looked at.
    private func shell(_ script: String, in directory: TestDirectory) throws -> Child {
      try Child(
        Self.unsharing, "--mount", "--propagation", "private", "/bin/sh", "-euc", "cd \(directory.path); \(script)")
    }

    @Test func pathAcrossABindMount() throws {
      let recording = try Recording()
      let directory = try TestDirectory()
      let child = try shell(
        "mkdir -p from/deep to; cp /bin/cat from/deep/bound; mount --bind from to; cd to/deep; exec ./bound -",
        in: directory)
      let image = try recording.exec(of: child.pid, comm: "bound")
      #expect(image.exe == "\(directory.path)/to/deep/bound")
      #expect(image.cwd == "\(directory.path)/to/deep")
      #expect(try image.fixed.inode == inode("\(directory.path)/from/deep/bound"))
      #expect(!image.has(SV_PROCESS_OUTSIDE_ROOT) && !image.has(SV_PROCESS_EXE_TRUNCATED))
    }

    @Test func bindMountOfAFile() throws {
      let recording = try Recording()
      let directory = try TestDirectory()
      let child = try shell("touch innocent; mount --bind /bin/cat innocent; exec ./innocent -", in: directory)
      let image = try recording.exec(of: child.pid, comm: "innocent")
      #expect(image.exe == "\(directory.path)/innocent")
      #expect(try image.fixed.inode == inode("/bin/cat"))
    }

    @Test func pathInAChroot() throws {
      let recording = try Recording()
      let directory = try TestDirectory()
      let child = try shell(
        """
        mkdir -p root/usr root/srv; mount --bind /usr root/usr; cp /bin/cat root/srv/jailed
        for link in bin lib lib64; do ln -s usr/$link root/$link; done
        exec chroot root /bin/sh -c 'cd /srv; exec /srv/jailed -'
        """, in: directory)
      let image = try recording.exec(of: child.pid, comm: "jailed")
      #expect(image.exe == "/srv/jailed")
      #expect(image.cwd == "/srv")
      #expect(try image.fixed.inode == inode("\(directory.path)/root/srv/jailed"))
      // The shell before it came across a mount inside the chroot.
      let jailShell = try recording.first(.exec) {
        $0.header.pid == UInt32(child.pid) && $0.image?.arguments.contains("cd /srv; exec /srv/jailed -") == true
          && $0.image?.comm == "sh"
      }
      #expect(jailShell.image?.exe?.hasPrefix("/usr/bin/") == true)
      #expect(jailShell.image?.cwd == "/")
    }

    @Test func outsideItsRoot() throws {
      let recording = try Recording()
      let directory = try TestDirectory()
      // The file is opened before the process moves into a mount from which no path leads to it.
      let child = try shell(
        """
        mkdir -p root/usr; mount -t tmpfs none root; mkdir root/usr root/proc
        mount --bind /usr root/usr; for link in bin lib lib64; do ln -s usr/$link root/$link; done
        cp /bin/cat outside; mount --bind /proc root/proc; exec 9< outside
        exec chroot root /bin/sh -c 'exec /proc/self/fd/9 -'
        """, in: directory)
      let record = try recording.first(.exec) {
        $0.header.pid == UInt32(child.pid) && $0.image?.has(SV_PROCESS_OUTSIDE_ROOT) == true
      }
      let image = try #require(record.image)
      #expect(image.exe?.hasSuffix("\(directory.path)/outside") == true)  // the tests may run in a chroot of their own
      #expect(image.cwd == "/")
      #expect(try image.fixed.inode == inode("\(directory.path)/outside"))
    }

    @Test func memoryFilesystem() throws {
      let recording = try Recording()
      let directory = try TestDirectory()
      let child = try shell(
        "mount -t tmpfs none .; cd ..; cd \(directory.path); cp /bin/cat light; exec ./light -", in: directory)
      let image = try recording.exec(of: child.pid, comm: "light")
      #expect(image.exe == "\(directory.path)/light")
      let file = try status("/proc/\(child.pid)/exe")
      #expect(image.fixed.inode == UInt64(file.st_ino))
      #expect(image.fixed.device == device(file.st_dev))
      #expect(image.fixed.device != device(try status(directory.path).st_dev))
      #expect(!image.has(SV_PROCESS_MEMFD) && !image.has(SV_PROCESS_UNLINKED))
    }

    @Test func deletedFile() throws {
      let recording = try Recording()
      let directory = try TestDirectory()
      let child = try Child(
        script: "cd \(directory.path); cp /bin/cat gone; exec 9< gone; rm gone; exec /proc/self/fd/9 -")
      let image = try recording.exec(of: child.pid, comm: "9")
      #expect(image.has(SV_PROCESS_UNLINKED))
      #expect(!image.has(SV_PROCESS_MEMFD))
      #expect(image.exe == "\(directory.path)/gone")
      #expect(try ProcessFacts(child.pid).link("exe") == "\(directory.path)/gone (deleted)")
    }

    @Test func deletedFileWithAnotherName() throws {
      let recording = try Recording()
      let directory = try TestDirectory()
      let child = try shell(
        "cp /bin/cat gone; ln gone kept; exec 9< gone; rm gone; exec /proc/self/fd/9 -", in: directory)
      let image = try recording.exec(of: child.pid, comm: "9")
      // Its inode lives, but the name by which it runs does not.
      #expect(image.has(SV_PROCESS_UNLINKED))
    }

    @Test func deletedWorkingDirectory() throws {
      let recording = try Recording()
      let directory = try TestDirectory()
      let child = try shell("mkdir d; cd d; rmdir ../d; exec cat -", in: directory)
      let image = try recording.exec(of: child.pid, comm: "cat")
      #expect(image.has(SV_PROCESS_CWD_UNLINKED))
      #expect(image.cwd == "\(directory.path)/d")
      #expect(!image.has(SV_PROCESS_UNLINKED))
    }

    @Test func memfd() throws {
      let recording = try Recording()
      let child = try Child { input in
        withCStrings(["kworker/0:1", "-"].map { Array($0.utf8) }) { trigger_exec_memfd("/bin/cat", $0, input) }
      }
      let record = try recording.first(.exec) { $0.header.pid == UInt32(child.pid) }
      let image = try #require(record.image)
      #expect(image.has(SV_PROCESS_MEMFD))
      #expect(image.has(SV_PROCESS_UNLINKED))
      #expect(image.exe == "memfd:payload")
      #expect(image.arguments == ["kworker/0:1", "-"])
      #expect(try ProcessFacts(child.pid).link("exe") == "/memfd:payload (deleted)")
      #expect(try image.fixed.inode == inode("/proc/\(child.pid)/exe"))
    }

    @Test(.enabled(if: filesystems().contains("overlay"), "this kernel has no overlay file system"))
    func overlayLayers() throws {
      let recording = try Recording()
      let directory = try TestDirectory()
      let prepare = """
        mount -t tmpfs none .; cd ..; cd \(directory.path); mkdir lower upper work merged; cp /bin/cat lower/low
        mount -t overlay none -o lowerdir=lower,upperdir=upper,workdir=work merged; cp /bin/cat merged/up;
        """
      let low = try shell("\(prepare) exec merged/low -", in: directory)
      let lower = try recording.exec(of: low.pid, comm: "low")
      #expect(lower.exe == "\(directory.path)/merged/low")
      #expect(lower.has(SV_PROCESS_LOWER_LAYER) && !lower.has(SV_PROCESS_UPPER_LAYER))

      let up = try shell("\(prepare) exec merged/up -", in: directory)
      let upper = try recording.exec(of: up.pid, comm: "up")
      #expect(upper.exe == "\(directory.path)/merged/up")
      #expect(upper.has(SV_PROCESS_UPPER_LAYER) && !upper.has(SV_PROCESS_LOWER_LAYER))

      // A file of the image that was changed is copied up, and counts as written by the container.
      let changed = try shell("\(prepare) chmod 711 merged/low; exec merged/low -", in: directory)
      let copied = try recording.exec(of: changed.pid, comm: "low")
      #expect(copied.has(SV_PROCESS_UPPER_LAYER) && !copied.has(SV_PROCESS_LOWER_LAYER))

      let plain = try shell("\(prepare) exec lower/low -", in: directory)
      let none = try recording.exec(of: plain.pid, comm: "low")
      #expect(!none.has(SV_PROCESS_UPPER_LAYER) && !none.has(SV_PROCESS_LOWER_LAYER))
    }

    @Test func setID() throws {
      let recording = try Recording()
      let directory = try TestDirectory()
      let child = try Child(
        script: """
          cd \(directory.path); cp /bin/cat both; chown 1234:2345 both; chmod 6755 both; exec ./both -
          """)
      let image = try recording.exec(of: child.pid, comm: "both")
      let facts = try ProcessFacts(child.pid)
      #expect(image.has(SV_PROCESS_SETUID) && image.has(SV_PROCESS_SETGID))
      #expect(image.fixed.uid == 0 && image.fixed.euid == 1234)
      #expect(image.fixed.gid == 0 && image.fixed.egid == 2345)
      #expect(try UInt64(image.fixed.euid) == facts.status("Uid", 1))
      #expect(try image.fixed.cap_effective == facts.status("CapEff", radix: 16))
      #expect(image.fixed.file_uid == 1234 && image.fixed.file_gid == 2345)
      #expect(image.fixed.mode & 0o7777 == 0o6755)
    }

    @Test(arguments: [
      (mode: "0755", owner: "0:0", writable: false), (mode: "0757", owner: "0:0", writable: true),
      (mode: "0755", owner: "1234:0", writable: true), (mode: "0575", owner: "0:2345", writable: true),
      (mode: "0555", owner: "1234:2345", writable: false),
    ])
    func writableByWhoRunsIt(_ file: (mode: String, owner: String, writable: Bool)) throws {
      let recording = try Recording()
      let directory = try TestDirectory()
      let child = try Child(
        script: """
          cd \(directory.path); cp /bin/cat mine; chown \(file.owner) mine; chmod \(file.mode) mine
          exec setpriv --reuid 1234 --regid 2345 --clear-groups ./mine -
          """)
      let image = try recording.exec(of: child.pid, comm: "mine")
      #expect(image.has(SV_PROCESS_WRITABLE) == file.writable)
    }
  }
}

/// Those that the running kernel knows.
func filesystems() -> [String] {
  let table = (try? readWholeFile("/proc/filesystems", limit: 65536)) ?? []
  return String(decoding: table, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
}

import CEvents
import Capture
import Events
import Glibc
import SystemPackage
import Testing

extension KernelTests {
  /// Paths past the walk's bounds: the record says that they are cut, and keeps their end.
  @Suite struct ExecPathBoundTests {
    /// A chain of directories below `root`, made one by one: its path may be longer than a system call takes.
    private func chain(_ name: String, count: Int, below root: TestDirectory) throws -> FileDescriptor {
      var directory = try FileDescriptor.open(FilePath(root.path), .readOnly, options: [.directory, .closeOnExec])
      for _ in 0..<count {
        guard mkdirat(directory.rawValue, name, 0o755) == 0 else { throw Errno(rawValue: errno) }
        let next = openat(directory.rawValue, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard next >= 0 else { throw Errno(rawValue: errno) }
        try directory.close()
        directory = FileDescriptor(rawValue: next)
      }
      return directory
    }

    private func run(in directory: FileDescriptor) throws -> Child {
      guard symlinkat("/bin/cat", directory.rawValue, "link") == 0 else { throw Errno(rawValue: errno) }
      _ = try Child("/bin/cp", [Array("/bin/cat".utf8), Array("low".utf8)], directory: directory).finish()
      return try Child("./low", [Array("-".utf8)], directory: directory)
    }

    @Test func deepestPathThatIsWhole() throws {
      let recording = try Recording()
      let root = try TestDirectory()
      let depth = 370
      let directory = try chain("d", count: depth, below: root)
      defer { try? directory.close() }
      let child = try run(in: directory)
      let image = try recording.exec(of: child.pid, comm: "low")
      let path = root.path + String(repeating: "/d", count: depth)
      #expect(image.exe == path + "/low")
      #expect(image.cwd == path)
      #expect(!image.has(SV_PROCESS_EXE_TRUNCATED) && !image.has(SV_PROCESS_CWD_TRUNCATED))
    }

    @Test func tooManyComponents() throws {
      let recording = try Recording()
      let root = try TestDirectory()
      let directory = try chain("d", count: 500, below: root)
      defer { try? directory.close() }
      let child = try run(in: directory)
      let image = try recording.exec(of: child.pid, comm: "low")
      #expect(image.has(SV_PROCESS_EXE_TRUNCATED) && image.has(SV_PROCESS_CWD_TRUNCATED))
      #expect(image.exe == String(repeating: "/d", count: 383) + "/low")
      #expect(image.cwd == String(repeating: "/d", count: 384))
    }

    @Test func tooManyBytes() throws {
      let recording = try Recording()
      let root = try TestDirectory()
      let name = String(repeating: "n", count: 255)
      let directory = try chain(name, count: 20, below: root)
      defer { try? directory.close() }
      let child = try run(in: directory)
      let image = try recording.exec(of: child.pid, comm: "low")
      #expect(image.has(SV_PROCESS_EXE_TRUNCATED) && image.has(SV_PROCESS_CWD_TRUNCATED))
      // 15 names of 256 bytes with their slashes and the last of 4 are 3,844 of 4,095 bytes; one more would not fit.
      #expect(image.exe == String(repeating: "/" + name, count: 15) + "/low")
      #expect(image.cwd == String(repeating: "/" + name, count: 15))
    }

    @Test func hostileBytesStayAsTheyAre() throws {
      let recording = try Recording()
      let root = try TestDirectory()
      // Control characters, a newline, what ends structured data, and no UTF-8.
      let name: [UInt8] = [0x1b, 0x5b, 0x32, 0x4a, 0x0a, 0x5d, 0x22, 0x5c, 0xff, 0xfe, 0xc3, 0x28, 0x20, 0x7f]
      let target = Array(root.path.utf8) + [UInt8(ascii: "/")] + name
      _ = try Child("/bin/cp", [Array("/bin/cat".utf8), target]).finish()
      // Executed by a shell, whose own arguments carry the bytes.
      let child = try Child("/bin/sh", [Array("-c".utf8), Array("exec \"$0\" - \"$1\"".utf8), target, name])
      let record = try recording.first(.exec) {
        $0.header.pid == UInt32(child.pid) && $0.image?.exeBytes == target
      }
      let image = try #require(record.image)
      #expect(image.argBytes == target + [0, UInt8(ascii: "-"), 0] + name + [0])
      #expect(withUnsafeBytes(of: image.fixed.comm) { [UInt8]($0.prefix(14)) } == name)
    }
  }
}

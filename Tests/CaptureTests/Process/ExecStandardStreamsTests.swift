import CEvents
import Capture
import Events
import Glibc
import Testing

extension KernelTests {
  /// What a program's standard streams are when it starts: a shell with a connection for its input is a reverse shell.
  @Suite struct ExecStandardStreamsTests {
    private func stdin(_ descriptor: CInt) throws -> sv_stdio {
      let recording = try Recording()
      let child = try Child("/bin/cat", [Array("-".utf8)], input: descriptor)
      return try recording.exec(of: child.pid, comm: "cat").fixed.stdio.0
    }

    @Test(arguments: [Endpoint.loopback4(), .loopback6()])
    func connection(_ loopback: Endpoint) throws {
      let listener = try TestSocket.listening(loopback)
      let client = try TestSocket(loopback.family)
      try client.connect(listener.local)
      let accepted = try listener.accept()
      for end in [client, accepted] {
        let stream = try stdin(end.descriptor)
        #expect(stream.type == UInt8(S_IFSOCK >> 12))
        #expect(stream.protocol == UInt16(IPPROTO_TCP))
        #expect(try endpoint(stream.family, stream.local, stream.local_port) == end.local)
        #expect(try endpoint(stream.family, stream.remote, stream.remote_port) == end.remote)
      }
    }

    @Test func datagramSocket() throws {
      let socket = try TestSocket(AF_INET, TestSocket.datagram)
      try socket.bind(.loopback4())
      let stream = try stdin(socket.descriptor)
      #expect(stream.protocol == UInt16(IPPROTO_UDP))
      #expect(try endpoint(stream.family, stream.local, stream.local_port) == socket.local)
      #expect(stream.remote_port == 0)
    }

    @Test func unixSocket() throws {
      let socket = try TestSocket(AF_UNIX)
      let stream = try stdin(socket.descriptor)
      socket.close()
      #expect(stream.type == UInt8(S_IFSOCK >> 12))
      #expect(stream.family == UInt8(AF_UNIX))
      #expect(stream.protocol == 0 && stream.local_port == 0 && stream.remote_port == 0)
    }

    @Test func fileAndDirectory() throws {
      for (path, type) in [("/etc/passwd", S_IFREG), ("/", S_IFDIR), ("/dev/null", S_IFCHR)] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        try #require(file >= 0)
        defer { close(file) }
        #expect(try stdin(file).type == UInt8(type >> 12))
      }
    }

    @Test func closed() throws {
      let recording = try Recording()
      let child = try Child(script: "exec sleep 5 <&- >&-")
      let image = try recording.exec(of: child.pid, comm: "sleep")
      #expect(image.fixed.stdio.0.type == 0 && image.fixed.stdio.1.type == 0)
      #expect(image.fixed.stdio.2.type == UInt8(S_IFCHR >> 12))
      kill(child.pid, SIGKILL)
    }

    private func endpoint<Address>(_ family: UInt8, _ address: Address, _ port: UInt16) -> Endpoint {
      Endpoint(family: CInt(family), address: withUnsafeBytes(of: address) { [UInt8]($0) }, port: port)
    }
  }
}

import CEvents
import CTriggers
import Capture
import Events
import Glibc
import SystemPackage
import Testing

extension KernelTests {
  /// A connect by io_uring, which no hook on system calls would see.
  @Suite(.enabled(if: ringsAreAllowed(), "io_uring is off on this kernel")) struct IOUringTests {
    /// IOSQE_ASYNC (16): a worker thread of the kernel makes the connect.
    @Test(arguments: [UInt8(0), 16])
    func connectIsSeenWithItsOwner(_ flags: UInt8) throws {
      let recording = try Recording()
      let listener = try TestSocket.listening()
      let client = try TestSocket(AF_INET)
      let result = try listener.local.withAddress { trigger_io_uring_connect(client.descriptor, $0, $1, flags) }
      #expect(result == 0)
      let attempt = try recording.socket(.connect, cookie: client.cookie)
      try expectOwner(attempt)
      #expect(try attempt.socket?.remoteEndpoint == listener.local)
      let outcome = try recording.socket(.connected, cookie: client.cookie)
      try expectOwner(outcome)
      #expect(outcome.socket?.result == 0)
      #expect(try outcome.socket?.localEndpoint == client.local)
      let cookie = try client.cookie
      client.close()
      try listener.accept().close()
      try expectOwner(recording.socket(.close, cookie: cookie))
    }

    @Test func refused() throws {
      let recording = try Recording()
      let target = try TestSocket(AF_INET)
      try target.bind(.loopback4())
      let client = try TestSocket(AF_INET)
      let result = try target.local.withAddress { trigger_io_uring_connect(client.descriptor, $0, $1, 0) }
      #expect(result == -ECONNREFUSED)
      #expect(try recording.socket(.connected, cookie: client.cookie).socket?.result == -ECONNREFUSED)
    }
  }
}

private func ringsAreAllowed() -> Bool {
  guard let socket = try? TestSocket(AF_INET, TestSocket.datagram) else { return false }
  return Endpoint.loopback4(9).withAddress { trigger_io_uring_connect(socket.descriptor, $0, $1, 0) } == 0
}

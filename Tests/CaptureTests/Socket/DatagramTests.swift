import CEvents
import Capture
import Events
import Glibc
import SystemPackage
import Testing

extension KernelTests {
  /// cgroup/sendmsg4 and sendmsg6: the first datagram of an unconnected socket to each destination.
  @Suite struct DatagramTests {
    @Test(arguments: [Endpoint.loopback4(9), .loopback6(9)])
    func firstDatagramIsToldOnce(_ target: Endpoint) throws {
      let recording = try Recording()
      let socket = try TestSocket(target.family, TestSocket.datagram)
      for _ in 0..<5 { try socket.send(to: target) }
      let record = try recording.socket(.send, cookie: socket.cookie)
      try expectOwner(record)
      let send = try #require(record.socket)
      #expect(send.remoteEndpoint == target)
      #expect(try send.localEndpoint.port == socket.local.port)
      #expect(send.protocol == UInt16(IPPROTO_UDP) && send.type == UInt16(TestSocket.datagram))
      try recording.marker()
      let cookie = try socket.cookie
      let told = recording.all(.send) { $0.socket?.cookie == cookie }
      #expect(told.count == 1)
    }

    @Test func eachDestinationOnceAlsoInTurn() throws {
      let recording = try Recording()
      let socket = try TestSocket(AF_INET, TestSocket.datagram)
      let targets = (1...20).map { Endpoint.ip4(127, 0, 0, $0, port: 9) } + [.loopback4(10)]
      for _ in 0..<3 {
        for target in targets { try socket.send(to: target) }
      }
      try recording.marker()
      let cookie = try socket.cookie
      let told = recording.all(.send) { $0.socket?.cookie == cookie }.compactMap(\.socket?.remoteEndpoint)
      #expect(told == targets)
    }

    @Test func anotherSocketIsToldAgain() throws {
      let recording = try Recording()
      for _ in 0..<2 {
        let socket = try TestSocket(AF_INET, TestSocket.datagram)
        try socket.send(to: .loopback4(9))
        _ = try recording.socket(.send, cookie: socket.cookie)
      }
    }

    @Test func mappedDestination() throws {
      let recording = try Recording()
      let socket = try TestSocket(AF_INET6, TestSocket.datagram)
      try socket.send(to: .mapped(9))
      let send = try #require(try recording.socket(.send, cookie: socket.cookie).socket)
      // The kernel turns it into an IPv4 send.
      #expect(send.remoteEndpoint == .loopback4(9))
    }

    @Test func connectedSocketIsAConnect() throws {
      let recording = try Recording()
      let socket = try TestSocket(AF_INET, TestSocket.datagram)
      socket.connect(.loopback4(9))
      #expect(send(socket.descriptor, "x", 1, 0) == 1)
      try recording.marker()
      let cookie = try socket.cookie
      let sends = recording.all(.send) { $0.socket?.cookie == cookie }
      #expect(sends.isEmpty)
      _ = try recording.socket(.connect, cookie: cookie)
    }
  }
}

import CEvents
import Capture
import Events
import Glibc
import SystemPackage
import Testing

extension KernelTests {
  /// cgroup/post_bind4, post_bind6 and sock_create.
  @Suite struct BindAndCreateTests {
    @Test(arguments: [Endpoint.loopback4(), .loopback6()], [TestSocket.stream, TestSocket.datagram])
    func boundToAPortOfTheKernelsChoice(_ loopback: Endpoint, type: CInt) throws {
      let recording = try Recording()
      let socket = try TestSocket(loopback.family, type)
      try socket.bind(loopback)
      let record = try recording.socket(.bind, cookie: socket.cookie)
      try expectOwner(record)
      let bind = try #require(record.socket)
      #expect(try bind.localEndpoint == socket.local)
      #expect(bind.localEndpoint.port != 0)
      #expect(bind.type == UInt16(type))
      #expect(bind.protocol == UInt16(type == TestSocket.stream ? IPPROTO_TCP : IPPROTO_UDP))
    }

    @Test func bindThatFailsIsNotTold() throws {
      let recording = try Recording()
      let first = try TestSocket.listening()
      let second = try TestSocket(AF_INET)
      let cookie = try second.cookie
      #expect(throws: Errno.addressInUse) { try second.bind(first.local) }
      try recording.marker()
      let told = recording.all(.bind) { $0.socket?.cookie == cookie }
      #expect(told.isEmpty)
    }

    @Test(arguments: [AF_INET, AF_INET6], [CInt(IPPROTO_TCP), CInt(IPPROTO_ICMP), CInt(IPPROTO_RAW)])
    func rawSocket(_ family: CInt, proto: CInt) throws {
      let recording = try Recording()
      let socket = try TestSocket(family, TestSocket.raw, protocol: proto)
      let record = try recording.socket(.socket, cookie: socket.cookie)
      try expectOwner(record)
      let created = try #require(record.socket)
      #expect(created.family == UInt16(family))
      #expect(created.type == UInt16(TestSocket.raw))
      #expect(created.protocol == UInt16(proto))
    }

    @Test func pingSocket() throws {
      // Allowed to groups of net.ipv4.ping_group_range; by default to none, so in a network namespace of its own.
      let recording = try Recording()
      let child = try Child(
        "/usr/bin/unshare", "--net", "/bin/sh", "-euc",
        """
        echo 0 0 > /proc/sys/net/ipv4/ping_group_range
        exec perl -MSocket -e 'socket(S, PF_INET, SOCK_DGRAM, 1) or die; <STDIN>'
        """)
      let record = try recording.first(.socket) { $0.header.pid == UInt32(child.pid) }
      try expectOwner(record, is: child.pid)
      #expect(record.socket?.type == UInt16(TestSocket.datagram))
      #expect(record.socket?.protocol == UInt16(IPPROTO_ICMP))
    }

    @Test func plainSocketsAreNotTold() throws {
      let recording = try Recording()
      let plain = [
        try TestSocket(AF_INET), try TestSocket(AF_INET6), try TestSocket(AF_INET, TestSocket.datagram),
        try TestSocket(AF_INET, TestSocket.datagram, protocol: CInt(IPPROTO_UDP)),
      ]
      let cookies = try plain.map { try $0.cookie }
      try recording.marker()
      let told = recording.all(.socket) { cookies.contains($0.socket?.cookie ?? 0) }
      #expect(told.isEmpty)
    }
  }
}

import CEvents
import CTriggers
import Capture
import Events
import Glibc
import SystemPackage
import Testing

extension KernelTests {
  /// inet_sock_set_state on the listening side: LISTEN, then connections whose owner is who made it listen.
  @Suite struct AcceptTests {
    @Test(arguments: [Endpoint.loopback4(), .loopback6()])
    func listening(_ loopback: Endpoint) throws {
      let recording = try Recording()
      let listener = try TestSocket.listening(loopback)
      let record = try recording.socket(.listen, cookie: listener.cookie)
      try expectOwner(record)
      let listen = try #require(record.socket)
      #expect(try listen.localEndpoint == listener.local)
      #expect(listen.remoteEndpoint.port == 0)
      #expect(listen.type == UInt16(TestSocket.stream) && listen.protocol == UInt16(IPPROTO_TCP))
      #expect(listen.result == 0)
    }

    @Test(arguments: [Endpoint.loopback4(), .loopback6()])
    func acceptedConnection(_ loopback: Endpoint) throws {
      let recording = try Recording()
      let listener = try TestSocket.listening(loopback)
      let client = try TestSocket(loopback.family)
      let before = boottime()
      try client.connect(listener.local)
      let accepted = try listener.accept()
      let cookie = try accepted.cookie
      let local = try accepted.local
      let remote = try accepted.remote
      accepted.close()
      client.close()

      let record = try recording.socket(.accept, cookie: cookie)
      try expectOwner(record)
      let accept = try #require(record.socket)
      #expect(accept.localEndpoint == local)
      #expect(accept.remoteEndpoint == remote)
      #expect(accept.flags == UInt16(SV_SOCKET_INCOMING))
      let end = try recording.socket(.close, cookie: cookie)
      try expectOwner(end)
      let close = try #require(end.socket)
      #expect(close.localEndpoint == local)
      #expect(close.remoteEndpoint == remote)
      #expect(close.flags == UInt16(SV_SOCKET_INCOMING))
      #expect(close.duration_ns > 0 && close.duration_ns <= close.header.time_ns - before)
    }

    /// The kernel establishes it in whatever context the packet comes; here that of the connecting process.
    @Test func ownerIsTheListenersAlthoughAnotherProcessConnects() throws {
      let recording = try Recording()
      let listener = try TestSocket.listening()
      let child = try Child(started: listener.local.withAddress { trigger_connect_in_child($0, $1) })
      let accepted = try listener.accept()
      let record = try recording.socket(.accept, cookie: accepted.cookie)
      try expectOwner(record)
      #expect(try record.socket?.localEndpoint == accepted.local)
      #expect(try record.socket?.remoteEndpoint == accepted.remote)
      let attempt = try recording.first(.connect) { $0.header.pid == UInt32(child.pid) }
      #expect(try attempt.socket?.remoteEndpoint == accepted.local)
      accepted.close()
      #expect(try child.finish() == 0)
    }

    /// A server that hands its listening socket to a child: the connection is that of who called listen.
    @Test func listenerOfAnotherProcess() throws {
      let recording = try Recording()
      let server = try Child(
        "/usr/bin/perl", "-MSocket", "-e",
        """
        socket(S, PF_INET, SOCK_STREAM, 0); bind(S, pack_sockaddr_in(0, inet_aton('127.0.0.1'))); listen(S, 5);
        accept(C, S); <STDIN>
        """)
      let listen = try recording.first(.listen) { $0.header.pid == UInt32(server.pid) }
      try expectOwner(listen, is: server.pid)
      let client = try TestSocket(AF_INET)
      #expect(client.connect(try #require(listen.socket).localEndpoint) == nil)
      let local = try client.local
      let record = try recording.first(.accept) { $0.socket?.remoteEndpoint == local }
      try expectOwner(record, is: server.pid)
      let mine = try recording.socket(.connected, cookie: client.cookie)
      try expectOwner(mine)
    }

    @Test func mappedPeer() throws {
      let recording = try Recording()
      let listener = try TestSocket(AF_INET6)
      try listener.set(CInt(IPPROTO_IPV6), 26, to: 0)  // IPV6_V6ONLY
      try listener.bind(Endpoint(family: AF_INET6, address: [UInt8](repeating: 0, count: 16), port: 0))
      #expect(listen(listener.descriptor, 5) == 0)
      let client = try TestSocket(AF_INET)
      let port = try listener.local.port
      #expect(client.connect(.loopback4(port)) == nil)
      let accepted = try listener.accept()
      let accept = try #require(try recording.socket(.accept, cookie: accepted.cookie).socket)
      #expect(try accept.localEndpoint == accepted.local)
      #expect(try accept.remoteEndpoint == accepted.remote)
      #expect(accept.localEndpoint == .mapped(port))
    }

    /// Never accepted, but the kernel had established it.
    @Test func closedListenerEndsItsConnections() throws {
      let recording = try Recording()
      let listener = try TestSocket.listening()
      let client = try TestSocket(AF_INET)
      try client.connect(listener.local)
      let local = try client.local
      let accept = try recording.first(.accept) { $0.socket?.remoteEndpoint == local }
      listener.close()
      let close = try recording.socket(.close, cookie: #require(accept.socket).cookie)
      #expect(close.socket?.remoteEndpoint == local)
      try expectOwner(close)
    }

    @Test func manyConnectionsEachWithItsOwnCookie() throws {
      let recording = try Recording()
      let listener = try TestSocket.listening()
      var cookies: [UInt64] = []
      for _ in 0..<200 {
        let client = try TestSocket(AF_INET)
        try client.connect(listener.local)
        let accepted = try listener.accept()
        cookies += [try client.cookie, try accepted.cookie]
        client.close()
        accepted.close()
      }
      for cookie in cookies { _ = try recording.socket(.close, cookie: cookie) }
      #expect(Set(cookies).count == 400)
      for (index, cookie) in cookies.enumerated() {
        let told = recording.records.filter { $0.socket?.cookie == cookie }.map(\.kind)
        #expect(told == (index.isMultiple(of: 2) ? [.connect, .connected, .close] : [.accept, .close]))
      }
    }
  }
}

import CEvents
import CTriggers
import Capture
import Events
import Glibc
import SystemPackage
import Testing

extension KernelTests {
  /// cgroup/connect4 and connect6, and what inet_sock_set_state tells of the connection's fate.
  @Suite struct ConnectTests {
    @Test(arguments: [Endpoint.loopback4(), .loopback6()])
    func connectConnectedAndClose(_ loopback: Endpoint) throws {
      let recording = try Recording()
      let listener = try TestSocket.listening(loopback)
      let client = try TestSocket(loopback.family)
      let cookie = try client.cookie
      let before = boottime()
      #expect(try client.connect(listener.local) == nil)
      let local = try client.local
      let remote = try client.remote
      let accepted = try listener.accept()
      client.close()
      accepted.close()

      let attempt = try recording.socket(.connect, cookie: cookie)
      try expectOwner(attempt)
      let connect = try #require(attempt.socket)
      #expect(connect.remoteEndpoint == remote)
      #expect(connect.localEndpoint.port == 0)
      #expect(connect.result == -EINPROGRESS)
      #expect(connect.type == UInt16(TestSocket.stream) && connect.protocol == UInt16(IPPROTO_TCP))

      let outcome = try recording.socket(.connected, cookie: cookie)
      try expectOwner(outcome)
      let connected = try #require(outcome.socket)
      #expect(connected.localEndpoint == local)
      #expect(connected.remoteEndpoint == remote)
      #expect(connected.result == 0)
      #expect(connected.duration_ns > 0 && connected.duration_ns <= connected.header.time_ns - before)
      #expect(connected.flags & UInt16(SV_SOCKET_INCOMING) == 0)

      let end = try recording.socket(.close, cookie: cookie)
      try expectOwner(end)
      let close = try #require(end.socket)
      #expect(close.localEndpoint == local)
      #expect(close.remoteEndpoint == remote)
      #expect(close.flags & UInt16(SV_SOCKET_INCOMING) == 0)
    }

    @Test func closeTellsHowLongItStood() throws {
      let recording = try Recording()
      let listener = try TestSocket.listening()
      let client = try TestSocket(AF_INET)
      let cookie = try client.cookie
      let before = boottime()
      try client.connect(listener.local)
      let connected = try recording.socket(.connected, cookie: cookie)
      let until = connected.header.time_ns + 30_000_000
      while boottime() < until { sched_yield() }
      client.close()
      try listener.accept().close()
      let close = try #require(try recording.socket(.close, cookie: cookie).socket)
      #expect(close.duration_ns >= 30_000_000)
      #expect(close.duration_ns <= close.header.time_ns - before)
    }

    @Test(arguments: [Endpoint.loopback4(), .loopback6()])
    func refused(_ loopback: Endpoint) throws {
      let recording = try Recording()
      // Bound, so that nobody else listens there, but not listening.
      let target = try TestSocket(loopback.family)
      try target.bind(loopback)
      let client = try TestSocket(loopback.family)
      let cookie = try client.cookie
      #expect(try client.connect(target.local) == .connectionRefused)
      let outcome = try recording.socket(.connected, cookie: cookie)
      try expectOwner(outcome)
      #expect(outcome.socket?.result == -ECONNREFUSED)
      #expect(try outcome.socket?.remoteEndpoint == target.local)
      #expect(outcome.socket?.localEndpoint.port != 0)
      client.close()
      try recording.marker()
      let closes = recording.all(.close) { $0.socket?.cookie == cookie }
      #expect(closes.isEmpty)  // it never stood
    }

    /// After it changed its user: exec told another.
    @Test(.enabled(if: geteuid() == 0, "only root may become another user"))
    func theUserIsTheOneOfTheMoment() throws {
      let recording = try Recording()
      let pid = trigger_connect_as(4242, 1)
      try #require(pid > 0)
      waitpid(pid, nil, 0)
      let connect = try #require(try recording.first(.connect) { $0.header.pid == UInt32(pid) }.socket)
      #expect(connect.euid == 4242)
      #expect(connect.uid == 0)
    }

    @Test func nonBlocking() throws {
      let recording = try Recording()
      let listener = try TestSocket.listening()
      let client = try TestSocket(AF_INET, nonBlocking: true)
      #expect(try client.connect(listener.local) == .init(rawValue: EINPROGRESS))
      _ = try recording.socket(.connect, cookie: client.cookie)
      let outcome = try recording.socket(.connected, cookie: client.cookie)
      try expectOwner(outcome)
      #expect(outcome.socket?.result == 0)
    }

    @Test func givenUpBeforeAnAnswer() throws {
      let recording = try Recording()
      // A listener whose queue is full drops what comes in.
      let listener = try TestSocket(AF_INET)
      try listener.bind(.loopback4())
      #expect(listen(listener.descriptor, 0) == 0)
      let first = try TestSocket(AF_INET)
      try first.connect(listener.local)
      let client = try TestSocket(AF_INET, nonBlocking: true)
      let cookie = try client.cookie
      #expect(try client.connect(listener.local) == .init(rawValue: EINPROGRESS))
      client.close()
      let outcome = try recording.socket(.connected, cookie: cookie)
      #expect(outcome.socket?.result == -ECONNABORTED)
      try expectOwner(outcome)
    }

    @Test func mappedAddress() throws {
      let recording = try Recording()
      let listener = try TestSocket.listening()
      let client = try TestSocket(AF_INET6)
      let target = Endpoint.mapped(try listener.local.port)
      #expect(client.connect(target) == nil)
      let attempt = try recording.socket(.connect, cookie: client.cookie)
      #expect(attempt.socket?.remoteEndpoint == target)
      let outcome = try #require(try recording.socket(.connected, cookie: client.cookie).socket)
      #expect(outcome.remoteEndpoint == target)
      #expect(try outcome.localEndpoint == client.local)
      #expect(outcome.family == UInt16(AF_INET6))
    }

    @Test func boundBeforeIsKnownAtTheAttempt() throws {
      let recording = try Recording()
      let listener = try TestSocket.listening()
      let client = try TestSocket(AF_INET)
      try client.bind(.ip4(127, 0, 0, 7))
      try client.connect(listener.local)
      let attempt = try recording.socket(.connect, cookie: client.cookie)
      #expect(try attempt.socket?.localEndpoint == client.local)
    }

    /// A socket that connects to itself passes through SYN_RECV, as one that is connected to by its peer at once.
    @Test func bothEndsConnectAtOnce() throws {
      let recording = try Recording()
      let client = try TestSocket(AF_INET)
      try client.bind(.loopback4())
      let cookie = try client.cookie
      let own = try client.local
      #expect(client.connect(own) == nil)
      let outcome = try recording.socket(.connected, cookie: cookie)
      #expect(outcome.socket?.result == 0)
      try expectOwner(outcome)
      client.close()
      let close = try recording.socket(.close, cookie: cookie)
      #expect(close.socket.map { $0.flags & UInt16(SV_SOCKET_INCOMING) } == 0)
      let accepts = recording.all(.accept) { $0.socket?.cookie == cookie }
      #expect(accepts.isEmpty)
    }

    /// Data sent with the SYN: no connect call is made.
    @Test func fastOpen() throws {
      let recording = try Recording()
      let listener = try TestSocket.listening()
      let client = try TestSocket(AF_INET)
      let sent = try listener.local.withAddress { sendto(client.descriptor, "x", 1, CInt(MSG_FASTOPEN), $0, $1) }
      try #require(sent == 1)
      try expectOwner(recording.socket(.connect, cookie: client.cookie))
      try expectOwner(recording.socket(.connected, cookie: client.cookie))
    }

    /// IPPROTO_MPTCP is 262. Any program may ask for it; below it lie TCP sockets of the kernel's own.
    @Test(.enabled(if: (try? TestSocket(AF_INET, protocol: 262)) != nil, "this kernel has no multipath TCP"))
    func multipath() throws {
      let recording = try Recording()
      let listener = try TestSocket.listening()
      let client = try TestSocket(AF_INET, protocol: 262)
      #expect(try client.connect(listener.local) == nil)
      let remote = try listener.local
      let local = try client.local
      let attempt = try recording.first(.connect) { $0.socket?.remoteEndpoint == remote }
      try expectOwner(attempt)
      let below = try recording.first(.connected) { $0.socket?.localEndpoint == local && $0.socket?.protocol == 6 }
      try expectOwner(below)
      try expectOwner(recording.socket(.connected, cookie: client.cookie))
    }

    @Test func inAnotherNetworkNamespaceAndCgroup() throws {
      let recording = try Recording()
      let cgroup = try TestCgroup(in: CgroupHierarchy.current().path)
      let child = try Child(
        "/usr/bin/unshare", "--net", "/usr/bin/perl", "-MSocket", "-e",
        """
        open(C, '>', '\(cgroup.path)/cgroup.procs'); print C "$$\\n"; close C;
        socket(S, PF_INET, SOCK_STREAM, 0); connect(S, pack_sockaddr_in(9, inet_aton('192.0.2.1'))); <STDIN>
        """)
      let attempt = try recording.first(.connect) { $0.header.pid == UInt32(child.pid) }
      try expectOwner(attempt, is: child.pid)
      #expect(try attempt.header.cgroup_id == cgroup.id)
      #expect(attempt.socket?.remoteEndpoint == .ip4(192, 0, 2, 1, port: 9))
      #expect(try attempt.socket?.ns_net != ProcessFacts(getpid()).namespace("net"))
    }

    @Test func datagramSocket() throws {
      let recording = try Recording()
      let client = try TestSocket(AF_INET, TestSocket.datagram)
      #expect(client.connect(.loopback4(9)) == nil)
      let attempt = try recording.socket(.connect, cookie: client.cookie)
      try expectOwner(attempt)
      #expect(attempt.socket?.protocol == UInt16(IPPROTO_UDP))
      #expect(attempt.socket?.type == UInt16(TestSocket.datagram))
      #expect(attempt.socket?.remoteEndpoint == .loopback4(9))
    }
  }
}

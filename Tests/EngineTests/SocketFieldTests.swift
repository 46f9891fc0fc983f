import CEvents
import Events
import Testing

@testable import Engine

struct SocketFieldTests {
  private func connect(_ change: (inout sv_socket) -> Void = { _ in }) -> TestStream {
    var stream = TestStream()
    stream.exec(20, ["nc", "x"], comm: "nc", exe: "/usr/bin/nc")
    stream.socket(.connected, 20, local: "10.0.0.1", remote: "169.254.169.254", localPort: 4000, remotePort: 80) {
      $0.cookie = 9
      $0.ns_net = 5
      $0.duration_ns = 11
      $0.result = -111
      change(&$0)
    }
    return stream
  }

  @Test(arguments: [
    ("%fd.name %fd.type %fd.typechar %fd.l4proto %fd.sockfamily", "10.0.0.1:4000->169.254.169.254:80 ipv4 4 tcp ip"),
    ("%fd.cip %fd.cport %fd.sip %fd.sport", "10.0.0.1 4000 169.254.169.254 80"),
    ("%fd.lip %fd.lport %fd.rip %fd.rport", "10.0.0.1 4000 169.254.169.254 80"),
    ("%fd.ip %fd.port %fd.is_server %fd.socktype", "10.0.0.1 4000 false stream"),
    ("%fd.cookie %fd.netns %fd.duration", "9 5 11"),
    ("%evt.type %evt.res %evt.rawres %proc.exepath", "connected ECONNREFUSED -111 /usr/bin/nc"),
  ])
  func values(output: String, expected: String) throws {
    #expect(try connect().rendered(output) == expected)
  }

  @Test(arguments: [
    ("fd.sip = 169.254.169.254", true), ("fd.sip != 169.254.169.254", false), ("fd.sip = 169.254.0.0/16", true),
    ("fd.ip = 10.0.0.1", true), ("fd.ip != 10.0.0.1", false), ("fd.ip != 10.0.0.9", true),
    ("fd.net in (10.0.0.0/8, 192.168.0.0/16)", true), ("fd.snet in (10.0.0.0/8)", false), ("not fd.snet in (10.0.0.0/8)", true),
    ("fd.port = 80", true), ("fd.port = 4000", true), ("fd.port != 4000", false), ("fd.port in (1, 80)", true),
    ("fd.sport = http", true), ("fd.sport > 1024", false), ("fd.sip = fe80::1", false), ("fd.sip != fe80::1", true),
    ("fd.is_server = false", true), ("fd.l4proto = tcp", true), ("fd.type = ipv4", true), ("evt.rawres < 0", true),
    ("evt.type = connect", false), ("fd.sip exists", true),
  ])
  func conditions(condition: String, expected: Bool) throws {
    #expect(try connect().fires(condition) == expected)
  }

  @Test func ofAProcessEveryAddressTestIsFalse() throws {
    var stream = TestStream()
    stream.exec(20)
    #expect(try stream.fires("evt.type = execve and fd.sip != 1.2.3.4") == false)
    #expect(try stream.fires("evt.type = execve and not fd.sip = 1.2.3.4"))
  }

  @Test func anIPv4AddressInIPv6ClothesIsOne() throws {
    var stream = TestStream()
    stream.socket(.connect, 20, remote: "::ffff:169.254.169.254", remotePort: 80)
    #expect(try stream.rendered("%fd.sip %fd.type %fd.name") == "169.254.169.254 ipv4 169.254.169.254:80")
    #expect(try stream.fires("fd.snet = 169.254.0.0/16"))
  }

  @Test func anAcceptedConnectionIsTheServers() throws {
    var stream = TestStream()
    stream.socket(.accept, 20, local: "fd00::1", remote: "fd00::2", localPort: 22, remotePort: 5000) {
      $0.flags = UInt16(SV_SOCKET_INCOMING)
    }
    #expect(try stream.rendered("%fd.name %fd.is_server %fd.sport %fd.rip") == "fd00::2:5000->fd00::1:22 true 22 fd00::2")
  }

  @Test func aListenerHasNoPeer() throws {
    var stream = TestStream()
    stream.socket(.listen, 20, local: "0.0.0.0", remote: "0.0.0.0", localPort: 8080)
    #expect(try stream.rendered("%fd.name %fd.cip %fd.sport %fd.is_server") == "0.0.0.0:8080 <NA> 8080 true")
  }

  @Test func aRawSocketHasNoAddresses() throws {
    var stream = TestStream()
    stream.socket(.socket, 20, local: "0.0.0.0") {
      $0.type = 3
      $0.protocol = 1
    }
    #expect(try stream.rendered("%fd.name %fd.l4proto %fd.socktype %fd.type") == "<NA> icmp raw ipv4")
  }

  @Test func anUnknownProcessStillHasANameAndAUser() throws {
    var stream = TestStream()
    stream.socket(.connect, 999, remote: "1.2.3.4", remotePort: 80, comm: "ghost") {
      $0.uid = 7
      $0.euid = 8
    }
    #expect(try stream.rendered("%proc.name %proc.pid %user.ruid %user.uid %proc.cmdline") == "ghost 999 7 8 <NA>")
  }

  @Test func aSocketWithoutAnOwnerSaysSo() throws {
    var stream = TestStream()
    stream.socket(.close, 0, local: "10.0.0.1", remote: "10.0.0.2", localPort: 1, remotePort: 2, comm: "") {
      $0.flags = UInt16(SV_SOCKET_OWNER_UNKNOWN)
    }
    #expect(try stream.rendered("%proc.pid %proc.name %fd.name") == "<NA> <NA> 10.0.0.1:1->10.0.0.2:2")
  }
}

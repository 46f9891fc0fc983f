import CEvents
import Events
import Glibc
import Testing

extension sv_socket {
  var localEndpoint: Endpoint { endpoint(local, local_port) }
  var remoteEndpoint: Endpoint { endpoint(remote, remote_port) }

  private func endpoint<Address>(_ address: Address, _ port: UInt16) -> Endpoint {
    Endpoint(family: CInt(family), address: withUnsafeBytes(of: address) { [UInt8]($0) }, port: port)
  }
}

/// Sees to it that process `pid` stands in the record as the socket's owner.
func expectOwner(
  _ record: Captured, is pid: pid_t = getpid(), sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let socket = try #require(record.socket, sourceLocation: sourceLocation)
  let facts = try ProcessFacts(pid)
  #expect(socket.header.pid == UInt32(pid), sourceLocation: sourceLocation)
  #expect(try ticks(socket.header.start_ns) == facts.startTicks, sourceLocation: sourceLocation)
  #expect(try UInt64(socket.uid) == facts.status("Uid"), sourceLocation: sourceLocation)
  #expect(try UInt64(socket.euid) == facts.status("Uid", 1), sourceLocation: sourceLocation)
  #expect(text(of: socket.comm) == (try facts.name), sourceLocation: sourceLocation)
  #expect(try socket.ns_net == facts.namespace("net"), sourceLocation: sourceLocation)
  #expect(socket.flags & UInt16(SV_SOCKET_OWNER_UNKNOWN) == 0, sourceLocation: sourceLocation)
}

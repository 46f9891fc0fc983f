import CEvents
import Engine
import Events
import Glibc

/// The endpoints of one process: the first few, and the latest.
struct EndpointList {
  private(set) var endpoints: [Endpoint] = []
  private(set) var leftOut = 0

  private static let limit = 32
  /// Of these, the first that stay.
  private static let first = 8

  /// - Parameter time: wall clock, nanoseconds.
  mutating func take(_ socket: sv_socket, _ kind: EventKind, time: Int64) {
    let index = index(of: Self.endpoint(socket, kind, time: time))
    endpoints[index].lastNanoseconds = time
    if let local = Self.local(socket, kind) { endpoints[index].local = local }
    switch kind {
    case .connected:
      endpoints[index].note(result: socket.result)
      // The attempt was before the trace began.
      if endpoints[index].count == 0 { endpoints[index].count = 1 }
    case .close:
      endpoints[index].closed += 1
      endpoints[index].longestNanoseconds = max(endpoints[index].longestNanoseconds, socket.duration_ns)
      if endpoints[index].count == 0 { endpoints[index].count = 1 }
    default:
      endpoints[index].count += 1
      if socket.result != -EINPROGRESS { endpoints[index].note(result: socket.result) }
    }
  }

  private mutating func index(of endpoint: Endpoint) -> Int {
    if let known = endpoints.lastIndex(where: { $0.isSame(as: endpoint) }) { return known }
    if endpoints.count == Self.limit {
      endpoints.remove(at: Self.first)
      leftOut += 1
    }
    endpoints.append(endpoint)
    return endpoints.count - 1
  }

  private static func endpoint(_ socket: sv_socket, _ kind: EventKind, time: Int64) -> Endpoint {
    let isIncoming = UInt32(socket.flags) & SV_SOCKET_INCOMING != 0
    let role: Endpoint.Role =
      switch kind {
      case .listen: .listen
      case .bind: .bind
      case .send: .send
      case .socket: .socket
      case .accept: .accept
      default: isIncoming ? .accept : .connect
      }
    let hasOwnPort = role == .accept || role == .listen || role == .bind
    return Endpoint(
      role: role, protocol: socket.protocol, local: local(socket, kind),
      remote: role == .listen || role == .bind || role == .socket
        ? nil
        : SocketAddress(
          family: socket.family, bytes: socket.remote, port: role == .accept ? 0 : socket.remote_port),
      localPort: hasOwnPort ? socket.local_port : 0, firstNanoseconds: time)
  }

  /// nil: the kernel has not chosen this end yet.
  private static func local(_ socket: sv_socket, _ kind: EventKind) -> SocketAddress? {
    guard kind != .socket else { return nil }
    let address = SocketAddress(family: socket.family, bytes: socket.local, port: socket.local_port)
    return address?.isUnspecified == true ? nil : address
  }
}

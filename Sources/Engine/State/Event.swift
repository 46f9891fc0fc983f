import CEvents
import Events

/// The event at hand, as far as its record tells it; the rest is in the process tree.
struct Event {
  private(set) var number: UInt64 = 0
  private(set) var kind = EventKind.exec
  private(set) var header = sv_header()
  /// Zero unless the event is a socket's.
  private(set) var socket = sv_socket()
  /// Zero unless the event is an exit.
  private(set) var exit = sv_exit()
  /// comm, as the record tells it; for processes that the tree doesn't know.
  private(set) var comm = Comm()
  private(set) var local = SocketAddress?.none
  private(set) var remote = SocketAddress?.none
  /// The event's process; -1: the tree doesn't know it.
  var slot: Int32 = -1
  /// That of the event's cgroup; -1: not known.
  var workload: Int32 = -1
  /// Whose workload it is about, by the policy.
  var membership = Membership()

  mutating func start(_ record: borrowing Record, _ kind: EventKind) {
    number = record.number
    header = record.header
    self.kind = kind
    slot = -1
    workload = -1
    membership = Membership()
    comm = Comm()
    local = nil
    remote = nil
  }

  mutating func fill(_ exit: sv_exit) {
    self.exit = exit
    comm = Comm(exit.comm)
  }

  mutating func fill(_ socket: sv_socket) {
    self.socket = socket
    comm = Comm(socket.comm)
    local = SocketAddress(family: socket.family, bytes: socket.local, port: socket.local_port)
    remote = SocketAddress(family: socket.family, bytes: socket.remote, port: socket.remote_port)
    switch kind {
    case .listen, .bind: remote = nil
    case .socket:
      local = nil
      remote = nil
    // Before the first packet leaves, the kernel has not chosen this end yet.
    default: if local?.isUnspecified == true { local = nil }
    }
  }

  private static let effectiveUserEnd = 4 + (MemoryLayout<sv_socket>.offset(of: \.euid) ?? .max - 4)

  /// The socket's owner is known, with the user that it acted as when it took the socket into use. Older records don't
  /// tell that.
  var hasEffectiveUser: Bool { isSocket && header.pid != 0 && Int(header.fixed) >= Self.effectiveUserEnd }

  var isSocket: Bool { EventKinds.sockets.contains(kind) }

  /// This end accepted the connection, or waits for some.
  var isServer: Bool {
    switch kind {
    case .listen, .bind: true
    default: UInt32(socket.flags) & SV_SOCKET_INCOMING != 0
    }
  }

  var server: SocketAddress? { isServer ? local : remote }
  var client: SocketAddress? { isServer ? remote : local }

  /// 0 or a negative error number.
  var result: Int64 { isSocket ? Int64(socket.result) : 0 }
}

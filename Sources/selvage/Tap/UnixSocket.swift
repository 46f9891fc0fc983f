internal import Glibc
internal import SystemPackage

/// A stream socket with a path; closed when it goes out of scope.
final class UnixSocket: Sendable {
  let descriptor: FileDescriptor

  /// Takes the descriptor over.
  init(owning descriptor: FileDescriptor) { self.descriptor = descriptor }

  deinit { try? descriptor.close() }

  /// Connects; reads and writes of it wait.
  static func connected(to path: String) throws(SocketError) -> UnixSocket {
    var address = try address(path)
    let socket = try make(path, isBlocking: true)
    let result = withAddress(&address) { connect(socket.descriptor.rawValue, $0, $1) }
    let number = errno
    guard result == 0 else { throw .system("connecting to", path: path, Errno(rawValue: number)) }
    return socket
  }

  /// Listens, for root alone. A socket that nobody listens at any more is replaced; the folder is made if need be.
  static func listening(at path: String) throws(SocketError) -> UnixSocket {
    var address = try address(path)
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex { mkdir(String(path[..<slash]), 0o755) }
    try removeStale(path)
    let socket = try make(path, isBlocking: false)
    // Before it has a name: from the first moment on nobody else may connect.
    guard fchmod(socket.descriptor.rawValue, 0o600) == 0 else { throw failure("fchmod", path) }
    guard withAddress(&address, { bind(socket.descriptor.rawValue, $0, $1) }) == 0 else { throw failure("bind", path) }
    guard listen(socket.descriptor.rawValue, 16) == 0 else { throw failure("listen", path) }
    return socket
  }

  private static func removeStale(_ path: String) throws(SocketError) {
    var file = stat()
    guard lstat(path, &file) == 0 else { return }
    guard file.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
    do throws(SocketError) {
      _ = try connected(to: path)
    } catch {
      guard error.isAbsence else { throw error }
      unlink(path)
      return
    }
    throw .occupied(path)
  }

  private static func make(_ path: String, isBlocking: Bool) throws(SocketError) -> UnixSocket {
    var kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    if !isBlocking { kind |= Int32(SOCK_NONBLOCK.rawValue) }
    let descriptor = Glibc.socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { throw failure("socket", path) }
    return UnixSocket(owning: FileDescriptor(rawValue: descriptor))
  }

  private static func failure(_ call: String, _ path: String) -> SocketError {
    .system(call, path: path, Errno(rawValue: errno))
  }

  private static func address(_ path: String) throws(SocketError) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
      guard bytes.count < room.count else { return false }
      room.copyBytes(from: bytes)
      return true
    }
    guard fits, !bytes.isEmpty, !bytes.contains(0) else { throw .path(path) }
    return address
  }

  private static func withAddress(
    _ address: inout sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
  ) -> CInt {
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
  }

  /// The next that connects; nil: none waits, or `errno` says why not. It does not block.
  func accepted() -> UnixSocket? {
    let number = accept(descriptor.rawValue, nil, nil)
    guard number >= 0 else { return nil }
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    _ = fcntl(number, F_SETFL, O_NONBLOCK)
    return UnixSocket(owning: FileDescriptor(rawValue: number))
  }

  /// `struct ucred`.
  struct Peer {
    var pid: pid_t = 0
    var uid: uid_t = .max
    var gid: gid_t = .max
  }

  /// The peer's process and user, as the kernel knew them when it connected; nil: it can't be told.
  var peer: Peer? {
    var peer = Peer()
    var size = socklen_t(MemoryLayout<Peer>.size)
    return getsockopt(descriptor.rawValue, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer : nil
  }

  /// The peer writes no more, or is gone.
  var isPeerLeaving: Bool {
    let halfClosed: Int16 = 0x2000  // POLLRDHUP
    var polled = pollfd(fd: descriptor.rawValue, events: halfClosed, revents: 0)
    return poll(&polled, 1, 0) > 0
  }

  /// A few bytes, as far as they are taken at once.
  func say(_ text: String) {
    _ = Array(text.utf8).withUnsafeBytes { send(descriptor.rawValue, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }

  enum End { case writing, both }

  /// The peer reads the end of the stream; with `both`, whoever waits in a read or write here is woken.
  func shut(_ end: End) { shutdown(descriptor.rawValue, CInt(end == .writing ? SHUT_WR : SHUT_RDWR)) }
}

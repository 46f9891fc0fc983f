package import Glibc
package import SystemPackage

/// A stream socket, mostly one with a path; closed when it goes out of scope.
package final class StreamSocket: Sendable {
  package let descriptor: FileDescriptor

  /// Takes the descriptor over.
  package init(owning descriptor: FileDescriptor) { self.descriptor = descriptor }

  deinit { try? descriptor.close() }

  /// Connects; reads and writes of it wait.
  package static func connected(to path: String) throws(ControlError) -> StreamSocket {
    var address = try address(path)
    let socket = try make(path, isBlocking: true)
    let result = withAddress(&address) { connect(socket.descriptor.rawValue, $0, $1) }
    let number = errno
    guard result == 0 else { throw .system("connecting to", path: path, Errno(rawValue: number)) }
    return socket
  }

  /// Listens, for those whom the mode lets in. A socket that nobody listens at any more is replaced; the folder is made if
  /// need be.
  package static func listening(at path: String, mode: mode_t) throws(ControlError) -> StreamSocket {
    var address = try address(path)
    try makeFolder(of: path)
    try removeStale(path)
    let socket = try make(path, isBlocking: false)
    // Before it has a name: from the first moment on nobody else may connect. After it has one: the umask took from that.
    guard fchmod(socket.descriptor.rawValue, mode) == 0 else { throw failure("fchmod", path) }
    guard withAddress(&address, { bind(socket.descriptor.rawValue, $0, $1) }) == 0 else { throw failure("bind", path) }
    guard chmod(path, mode) == 0 else { throw failure("chmod", path) }
    guard listen(socket.descriptor.rawValue, backlog) == 0 else { throw failure("listen", path) }
    return socket
  }

  private static let backlog: CInt = 64

  /// Whatever the umask: others are to come as far as the socket's own mode.
  private static func makeFolder(of path: String) throws(ControlError) {
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
    let folder = String(path[..<slash])
    guard mkdir(folder, 0o755) == 0 else { return }
    guard chmod(folder, 0o755) == 0 else { throw failure("chmod", folder) }
  }

  private static func removeStale(_ path: String) throws(ControlError) {
    var file = stat()
    guard lstat(path, &file) == 0 else { return }
    guard file.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
    do throws(ControlError) {
      _ = try connected(to: path)
    } catch {
      guard error.isAbsence else { throw error }
      unlink(path)
      return
    }
    throw .occupied(path)
  }

  private static func make(_ path: String, isBlocking: Bool) throws(ControlError) -> StreamSocket {
    var kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    if !isBlocking { kind |= Int32(SOCK_NONBLOCK.rawValue) }
    let descriptor = Glibc.socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { throw failure("socket", path) }
    return StreamSocket(owning: FileDescriptor(rawValue: descriptor))
  }

  private static func failure(_ call: String, _ path: String) -> ControlError {
    .system(call, path: path, Errno(rawValue: errno))
  }

  private static func address(_ path: String) throws(ControlError) -> sockaddr_un {
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
  package func accepted() -> StreamSocket? {
    let number = accept(descriptor.rawValue, nil, nil)
    guard number >= 0 else { return nil }
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    _ = fcntl(number, F_SETFL, O_NONBLOCK)
    return StreamSocket(owning: FileDescriptor(rawValue: number))
  }

  /// `struct ucred`.
  private struct Credentials {
    var pid: pid_t = 0
    var uid: uid_t = .max
    var gid: gid_t = .max
  }

  /// The peer's process, user and groups, as the kernel knew them when it connected, whatever it says; nil: they can't be
  /// told.
  package var peer: Peer? {
    var credentials = Credentials()
    var size = socklen_t(MemoryLayout<Credentials>.size)
    guard getsockopt(descriptor.rawValue, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 else { return nil }
    return Peer(
      pid: credentials.pid, user: credentials.uid, groups: Set([credentials.gid] + supplementaryGroups).sorted())
  }

  /// As many as a process may have.
  private static let groupLimit = 65_536

  /// None where the kernel doesn't tell (before Linux 4.13).
  private var supplementaryGroups: [gid_t] {
    let option: CInt = 59  // SO_PEERGROUPS
    var groups = [gid_t](repeating: 0, count: 64)
    while true {
      var size = socklen_t(groups.count * MemoryLayout<gid_t>.size)
      if getsockopt(descriptor.rawValue, SOL_SOCKET, option, &groups, &size) == 0 {
        return Array(groups.prefix(Int(size) / MemoryLayout<gid_t>.size))
      }
      guard errno == ERANGE, groups.count < Self.groupLimit else { return [] }
      groups = [gid_t](repeating: 0, count: Self.groupLimit)
    }
  }

  /// The peer writes no more, or is gone.
  package var isPeerLeaving: Bool {
    let halfClosed: Int16 = 0x2000  // POLLRDHUP
    var polled = pollfd(fd: descriptor.rawValue, events: halfClosed, revents: 0)
    return poll(&polled, 1, 0) > 0
  }

  /// A few bytes, as far as they are taken at once.
  package func say(_ text: String) {
    _ = Array(text.utf8).withUnsafeBytes { send(descriptor.rawValue, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }

  package enum End { case writing, both }

  /// The peer reads the end of the stream; with `both`, whoever waits in a read or write here is woken.
  package func shut(_ end: End) { shutdown(descriptor.rawValue, CInt(end == .writing ? SHUT_WR : SHUT_RDWR)) }
}

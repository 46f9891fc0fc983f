internal import Glibc
internal import SystemPackage

/// Two sockets that are connected to each other, for waking who waits in `poll`; closed when they go out of scope. (An eventfd
/// would do, but Glibc's module has none.)
struct DescriptorPair: ~Copyable, Sendable {
  let readEnd: Int32
  let writeEnd: Int32

  init() throws(DeliveryError) {
    var ends: [Int32] = [-1, -1]
    let result = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
    let number = errno
    guard result == 0 else { throw .system(what: "socketpair", Errno(rawValue: number)) }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    _ = close(readEnd)
    _ = close(writeEnd)
  }
}

internal import Glibc
internal import Synchronization
internal import SystemPackage

/// Wakes a thread that waits in `poll`, from any other. Rings that are not heard yet are one.
final class Doorbell: Sendable {
  /// Readable when it has rung.
  let descriptor: Int32
  private let writeEnd: Int32
  private let hasRung = Atomic(false)

  init() throws(DeliveryError) {
    var ends: [Int32] = [-1, -1]
    let result = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
    let number = errno
    guard result == 0 else { throw .system(what: "socketpair", Errno(rawValue: number)) }
    (descriptor, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    _ = close(descriptor)
    _ = close(writeEnd)
  }

  /// After the change that it tells of.
  func ring() {
    guard !hasRung.exchange(true, ordering: .acquiringAndReleasing) else { return }
    var byte: UInt8 = 0
    _ = send(writeEnd, &byte, 1, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
  }

  /// Before the look at what changed. The thread that waits calls it.
  func clear() {
    var byte: UInt8 = 0
    _ = recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT))
    hasRung.store(false, ordering: .sequentiallyConsistent)
  }
}

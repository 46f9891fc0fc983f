internal import CEpoll
internal import Glibc
internal import SystemPackage

/// Says which of many mount tables changed.
///
/// Edge-triggered and for EPOLLIN, which the kernel always reports for them (mounts_poll() in fs/namespace.c): that a
/// change makes EPOLLPRI is forgotten by the first look at it, and a look at this descriptor is one.
final class MountPoll {
  /// Readable when some changed.
  let descriptor: FileDescriptor
  private var events = [epoll_event](repeating: epoll_event(), count: 64)
  /// Told by the kernel, and not yet by ``takeChanged()``.
  private var changed: Set<UInt32> = []

  init() throws(Errno) {
    let number = epoll_create1(CInt(EPOLL_CLOEXEC))
    guard number >= 0 else { throw Errno(rawValue: errno) }
    descriptor = FileDescriptor(rawValue: number)
  }

  deinit { try? descriptor.close() }

  /// From now on its changes are told by that name: all after what the next reading of it shows. Closing it ends that.
  func add(_ file: MountFile, as name: UInt32) throws(Errno) {
    var event = epoll_event()
    event.events = EPOLLIN.rawValue | EPOLLET.rawValue
    event.data.u64 = UInt64(name)
    guard epoll_ctl(descriptor.rawValue, EPOLL_CTL_ADD, file.descriptor.rawValue, &event) == 0 else {
      throw Errno(rawValue: errno)
    }
    // To begin with each is told as changed.
    look()
    changed.remove(name)
  }

  /// Names of those that changed since.
  func takeChanged() -> Set<UInt32> {
    look()
    guard !changed.isEmpty else { return [] }
    defer { changed.removeAll(keepingCapacity: true) }
    return changed
  }

  private func look() {
    var count = events.count
    while count == events.count {
      count = Int(epoll_wait(descriptor.rawValue, &events, CInt(events.count), 0))
      for event in events.prefix(max(0, count)) { changed.insert(UInt32(truncatingIfNeeded: event.data.u64)) }
    }
  }
}

internal import Glibc
package import SystemPackage

/// An open /proc/PID/mountinfo: the table of the namespace that the process was in when it was opened, as that process
/// sees it. It says when the table changes, and keeps the namespace, with all that is mounted in it, from going away.
package final class MountFile {
  package let descriptor: FileDescriptor
  /// Whose it was.
  package let pid: UInt32
  /// The process's root is below the namespace's: it does not see all.
  package let isPartial: Bool

  /// - Parameters:
  ///   - pid: in the /proc that the agent sees.
  ///   - namespace: that it must be in; nil: whichever it is in.
  /// - Throws: the process ended, or is in another namespace (`ESTALE`), or may not be looked at.
  package init(pid: UInt32, namespace: UInt32?) throws(Errno) {
    // It might change its namespace between two looks: this is of the one it is in before and after.
    try Self.require(pid, namespace)
    let number = open("/proc/\(pid)/mountinfo", O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { throw Errno(rawValue: errno) }
    let descriptor = FileDescriptor(rawValue: number)
    do throws(Errno) { try Self.require(pid, namespace) } catch {
      try? descriptor.close()
      throw error
    }
    self.descriptor = descriptor
    self.pid = pid
    isPartial = Self.root(of: pid) != [UInt8(ascii: "/")]
  }

  deinit { try? descriptor.close() }

  /// The inode number of a process's mount namespace; nil: it ended.
  package static func namespace(of pid: UInt32) -> UInt32? {
    var file = stat()
    guard stat("/proc/\(pid)/ns/mnt", &file) == 0 else { return nil }
    return UInt32(truncatingIfNeeded: file.st_ino)
  }

  private static func require(_ pid: UInt32, _ namespace: UInt32?) throws(Errno) {
    guard let namespace else { return }
    guard let actual = self.namespace(of: pid) else { throw .noSuchProcess }
    guard actual == namespace else { throw .staleNFSFileHandle }
  }

  private static func root(of pid: UInt32) -> [UInt8] {
    var characters = [CChar](repeating: 0, count: 2)
    let count = readlink("/proc/\(pid)/root", &characters, characters.count)
    return characters.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
  }

  /// The table as it is now, at most `limit` bytes of it.
  ///
  /// - Parameter buffer: memory to read into.
  package func read(limit: Int, into buffer: inout [UInt8]) throws(Errno) -> (text: [UInt8], isCut: Bool) {
    var text: [UInt8] = []
    guard lseek(descriptor.rawValue, 0, SEEK_SET) == 0 else { throw Errno(rawValue: errno) }
    while text.count < limit {
      let count = Glibc.read(descriptor.rawValue, &buffer, min(buffer.count, limit - text.count))
      if count < 0 {
        let errno = Errno(rawValue: errno)
        if errno == .interrupted { continue }
        throw errno
      }
      if count == 0 { return (text, false) }
      text += buffer[..<count]
    }
    return (text, true)
  }
}

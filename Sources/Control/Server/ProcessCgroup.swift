internal import Events
internal import Glibc

/// Where a process is.
enum ProcessCgroup {
  private static let limit = 64 << 10

  /// The cgroup's id, in the cgroup2 hierarchy; nil: there is no such process.
  static func id(of pid: UInt32, hierarchy: String) -> UInt64? {
    let descriptor = open("/proc/\(pid)/cgroup", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while bytes.count < limit {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    let mark = Array("0::".utf8)
    guard let line = bytes.split(separator: UInt8(ascii: "\n")).first(where: { $0.starts(with: mark) }) else { return nil }
    // Names of cgroups may be any bytes: a cgroup's id is its directory's inode.
    var path = Array(hierarchy.utf8) + line.dropFirst(mark.count) + [0]
    var file = stat()
    let found = path.withUnsafeMutableBytes { path in
      path.baseAddress.map { stat($0.assumingMemoryBound(to: CChar.self), &file) == 0 } ?? false
    }
    return found ? UInt64(file.st_ino) : nil
  }
}

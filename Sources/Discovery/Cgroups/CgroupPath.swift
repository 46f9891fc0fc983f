internal import Glibc

/// A process's place in the cgroup2 hierarchy.
enum CgroupPath {
  /// - Returns: as /proc/PID/cgroup has it, with a slash in front; nil: it ended.
  static func of(_ pid: Int32) -> String? {
    let file = open("/proc/\(pid)/cgroup", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 16384)
    let count = read(file, &text, text.count)
    for line in text.prefix(max(0, count)).split(separator: UInt8(ascii: "\n")) where line.starts(with: Array("0::".utf8)) {
      return String(decoding: line.dropFirst(3), as: UTF8.self)
    }
    return nil
  }
}

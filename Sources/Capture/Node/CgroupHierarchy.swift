internal import Events
package import SystemPackage

/// Where the cgroup2 hierarchy is mounted: `/sys/fs/cgroup`, or `/sys/fs/cgroup/unified` beside version 1.
package struct CgroupHierarchy: Sendable, Equatable {
  package let path: String
  /// Version 1 hierarchies are mounted too.
  package let isHybrid: Bool

  /// Finds it in a mount table.
  ///
  /// - Parameter mountInfo: as `/proc/self/mountinfo` (proc(5)):
  ///   `36 35 98:0 /root /mount/point options - type source options`.
  /// - Returns: nil if none is mounted. The one whose root is the hierarchy's own wins over a bind mount of a part.
  package init?(mountInfo: String) {
    var found: String?
    var hybrid = false
    for line in mountInfo.split(separator: "\n") {
      let fields = line.split(separator: " ", omittingEmptySubsequences: false)
      guard let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count, fields.count > 4 else { continue }
      switch fields[dash + 1] {
      case "cgroup2" where found == nil || fields[3] == "/": found = Self.unescaped(fields[4])
      case "cgroup": hybrid = true
      default: break
      }
    }
    guard let found else { return nil }
    path = found
    isHybrid = hybrid
  }

  /// The running system's.
  package static func current() throws(CaptureError) -> CgroupHierarchy {
    let table: [UInt8]
    do {
      table = try readWholeFile("/proc/self/mountinfo", limit: 16 << 20)
    } catch {
      throw .operation("reading /proc/self/mountinfo", error)
    }
    guard let hierarchy = CgroupHierarchy(mountInfo: String(decoding: table, as: UTF8.self)) else {
      throw .missing(
        what: "no cgroup2 hierarchy is mounted", why: "the socket sensors attach to its root",
        remedy: "Mount it: mount -t cgroup2 none /sys/fs/cgroup/unified")
    }
    return hierarchy
  }

  /// The mount table writes blanks, tabs, newlines and backslashes as `\040` and so on.
  private static func unescaped(_ field: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(field.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.count >= 3,
        let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
      {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A file's first bytes, at most `limit`.
package func readWholeFile(_ path: String, limit: Int) throws(Errno) -> [UInt8] {
  do {
    let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
    return try file.closeAfter {
      var bytes: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 65536)
      while bytes.count < limit {
        let wanted = min(chunk.count, limit - bytes.count)
        let count = try chunk.withUnsafeMutableBytes { try file.read(into: .init(rebasing: $0[..<wanted])) }
        if count == 0 { break }
        bytes.append(contentsOf: chunk[..<count])
      }
      return bytes
    }
  } catch let error as Errno {
    throw error
  } catch {
    throw .ioError
  }
}

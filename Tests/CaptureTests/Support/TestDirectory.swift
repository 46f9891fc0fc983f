import Glibc
import SystemPackage

/// A directory of the test's own, removed with all that is in it.
final class TestDirectory {
  let path: String

  /// - Parameter parent: where to make it.
  init(in parent: String = "/var/tmp") throws {
    var template = Array("\(parent)/selvage-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    chmod(path, 0o755)
  }

  deinit { _ = try? Child("/bin/rm", "-rf", "--one-file-system", path).finish() }
}

/// A cgroup of the test's own, removed when it is empty.
final class TestCgroup {
  let path: String

  init(in hierarchy: String) throws {
    path = "\(hierarchy)/selvage-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    guard mkdir(path, 0o755) == 0 else { throw Errno(rawValue: errno) }
  }

  deinit { rmdir(path) }

  /// Its number, as `bpf_get_current_cgroup_id()` gives it: the inode of its directory.
  var id: UInt64 { get throws { try inode(path) } }
}

func inode(_ path: String) throws -> UInt64 { UInt64(try status(path).st_ino) }

func status(_ path: String) throws -> stat {
  var result = stat()
  guard stat(path, &result) == 0 else { throw Errno(rawValue: errno) }
  return result
}

/// A device number of stat(2) as the kernel keeps it: 12 bits of major number, 20 of minor.
func device(_ number: dev_t) -> UInt32 {
  let major = number >> 8 & 0xfff
  let minor = number & 0xff | number >> 12 & 0xfff00
  return UInt32(truncatingIfNeeded: major << 20 | minor)
}

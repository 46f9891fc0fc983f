internal import ArgumentParser
internal import Capture
internal import Glibc

/// A workload, as somebody names it on a command line.
enum WorkloadName: ExpressibleByArgument, Equatable {
  case process(UInt32)
  case cgroup(UInt64)
  /// A directory of the cgroup2 hierarchy, with or without where that is mounted.
  case path(String)
  case container(String)

  init?(argument: String) {
    if let pid = UInt32(argument) {
      self = .process(pid)
    } else if argument.hasPrefix("cgroup:") {
      guard let id = UInt64(argument.dropFirst(7)) else { return nil }
      self = .cgroup(id)
    } else if argument.hasPrefix("/") {
      self = .path(argument)
    } else {
      guard (1...256).contains(argument.utf8.count) else { return nil }
      self = .container(argument)
    }
  }

  /// What the agent is asked; nil: there is no such cgroup.
  var query: (pid: String?, cgroup: String?, container: String?)? {
    switch self {
    case .process(let pid): ("\(pid)", nil, nil)
    case .cgroup(let id): (nil, "\(id)", nil)
    case .container(let name): (nil, nil, name)
    case .path(let path): Self.cgroup(at: path).map { (nil, "\($0)", nil) }
    }
  }

  /// A cgroup's id is its directory's inode.
  private static func cgroup(at path: String) -> UInt64? {
    let root = (try? CgroupHierarchy.current())?.path ?? "/sys/fs/cgroup"
    let whole = path == root || path.hasPrefix(root + "/") ? path : root + path
    var file = stat()
    guard stat(whole, &file) == 0, file.st_mode & S_IFMT == S_IFDIR else { return nil }
    return UInt64(file.st_ino)
  }
}

internal import Glibc
package import SystemPackage

/// A folder where the site's Prolog leaves what it knows of a job, in a file named by the job's number. Only what root
/// wrote there counts.
package struct PushedJobs: Sendable {
  package static let usualFolder = "/run/selvage/jobs"
  private static let sizeLimit = 64 << 10

  package let folder: String

  package init(folder: String = Self.usualFolder) { self.folder = folder }

  /// The folder is there.
  package var isHere: Bool {
    var file = stat()
    return stat(folder, &file) == 0 && file.st_mode & S_IFMT == S_IFDIR
  }

  package enum Failure: Error, CustomStringConvertible {
    /// Somebody else than root may have written it.
    case untrusted(String)
    case malformed(String)
    case operation(String, Errno)

    package var description: String {
      switch self {
      case .untrusted(let path): "\(path): not root's alone (owner and mode), so it counts for nothing"
      case .malformed(let path): "\(path): it has no SLURM_JOB_ID of that job, or no SLURM_JOB_USER"
      case .operation(let path, let errno): "\(path): \(errno)"
      }
    }
  }

  /// What was left of a job; nil: nothing.
  package func job(_ id: UInt32) throws(Failure) -> SlurmJob? {
    let path = "\(folder)/\(id)"
    let number = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard number >= 0 else {
      if errno == ENOENT { return nil }
      throw .operation(path, Errno(rawValue: errno))
    }
    defer { close(number) }
    var file = stat()
    var parent = stat()
    guard fstat(number, &file) == 0, stat(folder, &parent) == 0 else { throw .operation(path, Errno(rawValue: errno)) }
    guard file.st_mode & S_IFMT == S_IFREG, Self.isRoots(file), Self.isRoots(parent) else { throw .untrusted(path) }
    var text = [UInt8](repeating: 0, count: Self.sizeLimit)
    let count = read(number, &text, text.count)
    guard count >= 0 else { throw .operation(path, Errno(rawValue: errno)) }
    guard let job = SlurmJob(pushed: Array(text.prefix(count)), id: id) else { throw .malformed(path) }
    return job
  }

  private static func isRoots(_ file: stat) -> Bool { file.st_uid == 0 && file.st_mode & 0o022 == 0 }
}

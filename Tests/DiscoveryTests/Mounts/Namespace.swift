import Discovery
import Glibc
import TestSupport

/// A process in a mount namespace of its own, which tests mount in.
final class Namespace {
  private let program: Program
  let folder = try? TemporaryFolder()
  var pid: UInt32 { UInt32(program.id) }
  let inode: UInt32

  static let isAllowed = geteuid() == 0
  static let reason = "needs root: it makes mount namespaces"

  init() throws {
    program = try Program("/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sleep", "1000")
    let own = MountFile.namespace(of: UInt32(getpid()))
    let pid = UInt32(program.id)
    var found: UInt32?
    // From when it is sleep on: unshare may still change the propagation before.
    guard eventually({
      found = MountFile.namespace(of: pid)
      return found != own && contents("/proc/\(pid)/comm") == Array("sleep\n".utf8)
    }), let found else { throw TestFailure("no namespace was made") }
    inode = found
  }

  func mount(_ source: String, at path: String, type: String = "tmpfs") throws {
    try run(["/usr/bin/mount", "-t", type, source, path])
  }

  func unmount(_ path: String) throws { try run(["/usr/bin/umount", path]) }

  private func run(_ command: [String]) throws {
    let ending = try Program.run("/usr/bin/nsenter", ["-t", "\(pid)", "-m"] + command)
    guard ending.status == 0 else { throw TestFailure("\(command): \(ending.errors)") }
  }

  /// Ends it and waits until it is gone.
  func end() throws {
    program.signal(SIGKILL)
    _ = try program.finish()
  }
}

internal import Glibc
internal import SystemPackage

/// A command that is run to be recorded.
struct RecordedCommand {
  let pid: pid_t

  /// Starts it as a shell would: looked up in PATH, with no signal blocked or ignored, this program's environment,
  /// directory and standard streams.
  init(_ arguments: [String]) throws(Errno) {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var pointers = arguments.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    pointers.append(nil)
    var pid: pid_t = 0
    let result = posix_spawnp(&pid, arguments.first ?? "", nil, &attributes, pointers, environ)
    guard result == 0 else { throw Errno(rawValue: result) }
    self.pid = pid
  }

  /// How it ended, for people; nil: it ended well, or goes on.
  ///
  /// - Parameter hasExited: its exit was seen, which comes a moment before it can be waited for.
  func failure(hasExited: Bool) -> String? {
    var status: CInt = 0
    guard waitpid(pid, &status, hasExited ? 0 : WNOHANG) == pid, status != 0 else { return nil }
    return status & 0x7F == 0 ? "ended with status \(status >> 8 & 0xFF)" : "was ended by signal \(status & 0x7F)"
  }
}

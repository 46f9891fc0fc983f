internal import Events
internal import Glibc
package import SystemPackage

/// Runs another program for its answer: with nothing of this one's environment, no standard input, so much output and
/// so much time; then it and what it started are killed.
package enum ProgramRun {
  package struct Answer: Sendable {
    /// What it wrote to its standard output.
    package let output: [UInt8]
    /// The first bytes of its standard error.
    package let errors: [UInt8]
    /// Its exit status; 128 and the signal's number if one ended it.
    package let status: Int32
  }

  package enum Failure: Error, CustomStringConvertible {
    case operation(String, Errno)
    case late(milliseconds: Int)
    case long(bytes: Int)

    package var description: String {
      switch self {
      case .operation(let what, let errno): "\(what): \(errno)"
      case .late(let milliseconds): "no answer in \(milliseconds) ms"
      case .long(let bytes): "the answer has more than \(bytes) bytes"
      }
    }
  }

  /// Where programs are looked for, and their PATH.
  package static let searchPath = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
  private static let errorLimit = 4096

  /// A program's path; nil: there is none of that name.
  package static func find(_ name: String) -> String? {
    searchPath.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// Blocks until it ended.
  ///
  /// - Parameters:
  ///   - path: of the program.
  ///   - environment: as NAME=VALUE; PATH and LC_ALL are given besides.
  package static func run(
    _ path: String, _ arguments: [String], environment: [String] = [], timeoutMilliseconds: Int, outputLimit: Int
  ) throws(Failure) -> Answer {
    let output = try Pipe()
    let errors = try Pipe()
    let pid = try spawn(
      path, arguments, environment + ["PATH=" + searchPath.joined(separator: ":"), "LC_ALL=C"], output, errors)
    output.closeWriting()
    errors.closeWriting()
    var isReaped = false
    defer {
      if !isReaped {
        kill(-pid, SIGKILL)
        _ = reap(pid)
      }
    }

    let deadline = KernelClock.monotonic + UInt64(timeoutMilliseconds) * 1_000_000
    var text: [UInt8] = []
    var complaint: [UInt8] = []
    while !(output.isAtEnd && errors.isAtEnd) {
      let now = KernelClock.monotonic
      guard now < deadline else { throw .late(milliseconds: timeoutMilliseconds) }
      var polled = [output.pollable, errors.pollable]
      poll(&polled, 2, Int32(clamping: (deadline - now) / 1_000_000 + 1))
      if polled[0].revents != 0 { output.read(into: &text) }
      if polled[1].revents != 0 {
        errors.read(into: &complaint)
        complaint.removeLast(max(0, complaint.count - errorLimit))
      }
      guard text.count <= outputLimit else { throw .long(bytes: outputLimit) }
    }
    // Who closed both ends may still run.
    while KernelClock.monotonic < deadline {
      if let status = ended(pid) {
        isReaped = true
        // What it left running in its group goes with it.
        kill(-pid, SIGKILL)
        return Answer(output: text, errors: complaint, status: status)
      }
      poll(nil, 0, 5)
    }
    throw .late(milliseconds: timeoutMilliseconds)
  }

  private static func spawn(
    _ path: String, _ arguments: [String], _ environment: [String], _ output: Pipe, _ errors: Pipe
  ) throws(Failure) -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output.writing, 1)
    posix_spawn_file_actions_adddup2(&actions, errors.writing, 2)

    var words = ([path] + arguments).map { strdup($0) }
    var variables = environment.map { strdup($0) }
    defer { for text in words + variables { free(text) } }
    words.append(nil)
    variables.append(nil)
    var pid: pid_t = 0
    let result = posix_spawn(&pid, path, &actions, &attributes, words, variables)
    guard result == 0 else { throw .operation("starting \(path)", Errno(rawValue: result)) }
    return pid
  }

  /// How it ended; nil: it runs.
  private static func ended(_ pid: pid_t) -> Int32? {
    var status: CInt = 0
    let result = waitpid(pid, &status, WNOHANG)
    if result == 0 { return nil }
    return result == pid ? decoded(status) : 255
  }

  private static func reap(_ pid: pid_t) -> Int32 {
    var status: CInt = 0
    while waitpid(pid, &status, 0) < 0 { if errno != EINTR { return 255 } }
    return decoded(status)
  }

  private static func decoded(_ status: CInt) -> Int32 {
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}

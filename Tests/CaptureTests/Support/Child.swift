import CTriggers
import Glibc
import SystemPackage

/// A process started for a test. `cat -` waits until its input ends, so that /proc can be asked about it meanwhile.
final class Child {
  let pid: pid_t
  private let input: FileDescriptor?
  private var status: CInt?

  /// Starts a program with a pipe as its input and null devices as its outputs.
  ///
  /// - Parameters:
  ///   - name: argv[0]; by default the path.
  ///   - terminal: its controlling terminal, in a session of its own, instead of the pipe.
  ///   - input: a descriptor to have as its input instead of the pipe.
  ///   - directory: an open directory to start in; the path may be relative to it.
  init(
    _ path: String, _ arguments: [[UInt8]], name: String? = nil, environment: [String]? = nil, terminal: String? = nil,
    directory: FileDescriptor? = nil, input: CInt? = nil
  ) throws {
    let (read, write) = try FileDescriptor.pipe()
    defer { try? read.close() }
    _ = fcntl(write.rawValue, F_SETFD, FD_CLOEXEC)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    if let terminal {
      trigger_spawn_in_session(&attributes)
      posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
    } else {
      posix_spawn_file_actions_adddup2(&actions, input ?? read.rawValue, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    if let directory { trigger_spawn_in_directory(&actions, directory.rawValue) }
    var child: pid_t = 0
    let result = withCStrings([Array((name ?? path).utf8)] + arguments) { argv in
      guard let environment else { return posix_spawn(&child, path, &actions, &attributes, argv, environ) }
      return withCStrings(environment.map { Array($0.utf8) }) {
        posix_spawn(&child, path, &actions, &attributes, argv, $0)
      }
    }
    guard result == 0 else {
      try? write.close()
      throw Errno(rawValue: result)
    }
    pid = child
    self.input = write
  }

  convenience init(_ path: String, _ arguments: String..., environment: [String]? = nil) throws {
    try self.init(path, arguments.map { Array($0.utf8) }, environment: environment)
  }

  /// A shell that runs `script`, whose last command `exec`s what the test is about.
  convenience init(script: String) throws { try self.init("/bin/sh", "-euc", script) }

  /// A process that a C trigger starts, with a pipe as its input.
  init(_ start: (_ input: CInt) -> pid_t) throws {
    let (read, write) = try FileDescriptor.pipe()
    defer { try? read.close() }
    _ = fcntl(write.rawValue, F_SETFD, FD_CLOEXEC)
    let started = start(read.rawValue)
    guard started > 0 else {
      try? write.close()
      throw Errno(rawValue: -started)
    }
    pid = started
    input = write
  }

  /// A process that a C trigger started.
  init(started: pid_t) throws {
    guard started > 0 else { throw Errno(rawValue: -started) }
    pid = started
    input = nil
  }

  deinit {
    if status == nil { kill(pid, SIGKILL) }
    _ = try? finish()
  }

  /// Whether it has ended; does not wait.
  var hasEnded: Bool {
    var status: CInt = 0
    if self.status == nil, waitpid(pid, &status, WNOHANG) == pid { self.status = status }
    return self.status != nil
  }

  /// Ends its input and waits for it; what waitpid said.
  func finish() throws -> CInt {
    if let status { return status }
    try input?.close()
    var status: CInt = 0
    while waitpid(pid, &status, 0) < 0 {
      guard errno == EINTR else { throw Errno(rawValue: errno) }
    }
    self.status = status
    return status
  }
}

/// `body` with an argv: pointers to copies of `strings`, and a null pointer.
func withCStrings<Result>(
  _ strings: [[UInt8]], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
  for (index, bytes) in strings.enumerated() {
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (at, byte) in bytes.enumerated() { copy[at] = CChar(bitPattern: byte) }
    copy[bytes.count] = 0
    pointers[index] = copy
  }
  pointers[strings.count] = nil
  defer {
    for index in strings.indices { pointers[index]?.deallocate() }
    pointers.deallocate()
  }
  return body(pointers)
}

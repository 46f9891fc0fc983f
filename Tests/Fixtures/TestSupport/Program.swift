internal import Glibc
internal import SystemPackage

/// A program that a test started; killed if it still runs at the test's end.
package final class Program {
  package struct Ending: Equatable {
    /// The exit status; 128 and the signal's number if one ended it.
    package let status: Int32
    package let output: String
    package let errors: String
  }

  private let folder: TemporaryFolder
  private var pid: pid_t = 0
  private var status: Int32?

  /// - Parameters:
  ///   - arguments: bytes, as they may be anything.
  ///   - input: what it reads.
  ///   - directory: its working directory; nil: the test's.
  package init(
    _ path: String, _ arguments: [[UInt8]], input: String = "/dev/null", directory: String? = nil,
    environment: [String] = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "NO_COLOR=1"]
  ) throws {
    folder = try TemporaryFolder()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "\(folder.path)/output", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, "\(folder.path)/errors", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    func pointers(_ strings: [[UInt8]]) -> [UnsafeMutablePointer<CChar>?] {
      strings.map { bytes in
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
        for (index, byte) in (bytes + [0]).enumerated() { copy[index] = CChar(bitPattern: byte) }
        return copy
      } + [nil]
    }
    let change = directory.map { ["/usr/bin/env", "--chdir=\($0)"].map { Array($0.utf8) } } ?? []
    var argv = pointers(change + [Array(path.utf8)] + arguments)
    var envp = pointers(environment.map { Array($0.utf8) })
    defer { for pointer in argv + envp { pointer?.deallocate() } }
    let result = posix_spawn(&pid, directory == nil ? path : "/usr/bin/env", &actions, &attributes, &argv, &envp)
    guard result == 0 else { throw TestFailure("starting \(path): \(Errno(rawValue: result))") }
  }

  package convenience init(_ path: String, _ arguments: String..., directory: String? = nil) throws {
    try self.init(path, arguments.map { Array($0.utf8) }, directory: directory)
  }

  deinit {
    // Without a process, 0 would be this one's group.
    if status == nil, pid > 0 {
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
  }

  package var output: String { String(decoding: contents("\(folder.path)/output"), as: UTF8.self) }
  package var errors: String { String(decoding: contents("\(folder.path)/errors"), as: UTF8.self) }

  /// Waits until what it says on standard error has that text.
  package func says(_ text: String, seconds: Double = 60) throws {
    let came = eventually(seconds: seconds) { errors.contains(text) || hasEnded }
    try expect(came && errors.contains(text), "it did not say '\(text)': \(errors)")
  }

  package var id: Int32 { pid }

  /// Of its user and system time, as /proc/PID/stat has them: 100 a second.
  package var processorTicks: Int {
    let fields = String(decoding: contents("/proc/\(pid)/stat"), as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return 0 }
    return user + system
  }

  package func signal(_ number: Int32) { kill(pid, number) }

  /// Waits for its end.
  package func finish(seconds: Double = 120) throws -> Ending {
    try expect(eventually(seconds: seconds) { hasEnded }, "it does not end: \(errors)")
    return Ending(status: status ?? -1, output: output, errors: errors)
  }

  /// Runs it to its end.
  package static func run(
    _ path: String, _ arguments: [String], input: String = "/dev/null", directory: String? = nil
  ) throws -> Ending {
    try Program(path, arguments.map { Array($0.utf8) }, input: input, directory: directory).finish()
  }

  package var isOver: Bool { hasEnded }

  private var hasEnded: Bool {
    if status != nil { return true }
    var result: Int32 = 0
    guard waitpid(pid, &result, WNOHANG) == pid else { return false }
    let signal = result & 0x7F
    status = signal == 0 ? result >> 8 & 0xFF : 128 + signal
    return true
  }
}

internal import Glibc

/// What people read while the program runs. Alerts go elsewhere: standard output stays theirs.
enum Console {
  /// A line on standard error.
  static func say(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  /// A line on standard output: a command's answer.
  static func answer(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

  static var hasColours: Bool { isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nil }

  private static func write(_ text: String, to descriptor: CInt) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        return  // nobody reads
      }
      bytes = bytes.dropFirst(count)
    }
  }
}

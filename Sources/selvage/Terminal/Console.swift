internal import Glibc

/// What people read while the program runs. Alerts go elsewhere: standard output stays theirs.
enum Console {
  /// A line on standard error.
  static func say(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  /// On standard error, without an end.
  static func show(_ text: String) { write(text, to: STDERR_FILENO) }

  /// A line on standard output: a command's answer.
  static func answer(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

  /// Lines on standard output.
  /// - Returns: false: nobody reads.
  static func answer(bytes: [UInt8]) -> Bool { write(bytes[...], to: STDOUT_FILENO) }

  static var hasColours: Bool { isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nil }

  private static func write(_ text: String, to descriptor: CInt) { _ = write(Array(text.utf8)[...], to: descriptor) }

  private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: CInt) -> Bool {
    var bytes = bytes
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      bytes = bytes.dropFirst(count)
    }
    return true
  }
}

import CEvents
import Events

/// A program that a process ran: what an exec record told, as the page shows it. Shared by the children that go on
/// with it.
final class Program {
  /// Wall clock, nanoseconds; nil: it ran before the trace began.
  let timeNanoseconds: Int64?
  let uid: UInt32
  let path: [UInt8]
  let cwd: [UInt8]
  /// argv, each argument with its NUL.
  let arguments: [UInt8]
  /// More arguments than are kept, here or in the record.
  let isCut: Bool

  private static let pathLimit = 1024
  private static let argumentsLimit = 2048

  init(_ process: borrowing ProcessRecord, timeNanoseconds: Int64?) {
    self.timeNanoseconds = timeNanoseconds
    uid = process.fixed.uid
    path = Self.copy(process.exe, limit: Self.pathLimit)
    cwd = Self.copy(process.cwd, limit: Self.pathLimit)
    arguments = Self.copy(process.args, limit: Self.argumentsLimit)
    isCut =
      (process.args?.byteCount ?? 0) > Self.argumentsLimit
      || process.fixed.flags & SV_PROCESS_ARGS_TRUNCATED != 0
  }

  private static func copy(_ part: RawSpan?, limit: Int) -> [UInt8] {
    part?.withUnsafeBytes { Array($0.prefix(limit)) } ?? []
  }

  /// The arguments as one could type them: one that is empty, or has a blank or a quote, in single quotes.
  var commandLine: String {
    var parts = arguments.split(separator: 0, omittingEmptySubsequences: false)
    // The last one's NUL, where it is there, begins no other.
    if parts.last?.isEmpty == true { parts.removeLast() }
    var text = parts.map(Self.quoted).joined(separator: " ")
    if isCut { text += " \(EscapedText.ellipsis)" }
    return text
  }

  private static func quoted(_ argument: ArraySlice<UInt8>) -> String {
    let text = EscapedText.escaped(argument, limit: argumentsLimit * 4)
    let isPlain = !argument.isEmpty && !argument.contains { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "'") }
    if isPlain { return text }
    return "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#))'"
  }
}

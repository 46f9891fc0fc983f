internal import Events
internal import Rules
internal import SystemPackage

/// A file that a command writes its answer to.
enum OutputFile {
  /// Replaces what is there.
  ///
  /// - Parameter path: `-`: standard output.
  /// - Throws: ``ExitStatus/refused``, after it said why.
  static func write(_ text: String, to path: String) throws {
    do {
      guard path != "-" else {
        _ = try FileDescriptor.standardOutput.writeAll(text.utf8)
        return
      }
      let file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: FilePermissions(rawValue: 0o644))
      _ = try file.closeAfter { try file.writeAll(text.utf8) }
    } catch {
      Console.say("selvage: writing \(DisplayText.quoted(path)): \(error)")
      throw ExitStatus.refused
    }
  }
}

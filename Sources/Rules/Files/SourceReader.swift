/// Reads text that people write: rule files, and the agent's own configuration. What is no text is refused, with its
/// place. Takes untrusted files; reading ends in bounded time and memory.
package enum SourceReader {
  /// A file from disk.
  /// - Returns: nil if it can't be read, is longer than `limits.fileBytes` or is no text; that is said in the log.
  package static func read(_ path: String, limits: LoadLimits, log: inout DiagnosticLog) -> SourceFile? {
    do throws(FileReader.Failure) {
      return check(name: path, bytes: try FileReader.read(path, limit: limits.fileBytes), limits: limits, log: &log)
    } catch {
      switch error {
      case .system(let code): log.error(.whole(path), "can't read it: \(FileFinder.message(code))")
      case .notRegular: log.error(.whole(path), "it is no regular file")
      case .tooLong: log.error(.whole(path), tooLong(limits))
      }
      return nil
    }
  }

  /// Bytes from memory: UTF-8 without a NUL, a byte order mark left out.
  /// - Returns: nil if they are too many or no text; that is said in the log.
  package static func check(name: String, bytes: [UInt8], limits: LoadLimits, log: inout DiagnosticLog) -> SourceFile? {
    guard bytes.count <= limits.fileBytes else {
      log.error(.whole(name), tooLong(limits))
      return nil
    }
    // Lines may be counted in any bytes.
    let file = SourceFile(name: name, bytes: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes)
    if let offset = file.bytes.firstIndex(of: 0) {
      log.error(file.location(at: offset), "a NUL is in the file, which should be text")
      return nil
    }
    guard String(validating: file.bytes, as: UTF8.self) != nil else {
      log.error(file.location(at: firstInvalid(in: file.bytes)), "the file is no valid UTF-8 here")
      return nil
    }
    if file.bytes.allSatisfy(ConditionScanner.isBlank) { log.warn(.whole(name), "the file is empty") }
    return file
  }

  private static func tooLong(_ limits: LoadLimits) -> String { "the file is longer than \(limits.fileBytes) bytes" }

  private static func firstInvalid(in bytes: [UInt8]) -> Int {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    while case .scalarValue(let scalar) = decoder.decode(&iterator) { offset += UTF8.width(scalar) }
    return offset
  }
}

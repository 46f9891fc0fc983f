/// The records of a file or pipe of JSON lines. Its memory is that of the longest line that may be.
final class JSONLSource {
  private var file: TraceFile
  private var parser = JSONLParser()
  private let buffer = TraceBuffer(byteCount: JSONLParser.maximumLineBytes + 1)
  /// Of the buffer, what holds bytes that are not read yet.
  private var unread = 0..<0
  private var isEnded = false
  /// Of the line that comes next.
  private var line: Int
  private var lineOffset: UInt64 = 0
  private var lastNumber: UInt64?
  private var lostPending: UInt64 = 0

  private(set) var lostBeforeRecord: UInt64 = 0
  private(set) var summary = TraceSummary()

  init(_ file: consuming TraceFile, firstLine: Int) {
    self.file = file
    line = firstLine
  }

  /// Whether a file that begins so can be lines of JSON: its first line, or what it begins with, is an object.
  static func looksAlike(_ start: some Collection<UInt8>) -> Bool {
    let blanks: [UInt8] = [0x20, 0x09, 0x0D, 0x0A]
    guard let first = start.first(where: { !blanks.contains($0) }) else { return !start.isEmpty }
    return first == UInt8(ascii: "{")
  }

  /// The next record, valid until the next call; nil at the end. Throws for a line that is wrong, and goes on behind it
  /// when called again.
  func next() throws(TraceError) -> TraceBlockCursor.Entry? {
    while let bytes = try nextLine() {
      let number = line
      let offset = lineOffset
      line += 1
      lineOffset &+= UInt64(bytes.count) &+ 1
      do throws(JSONCursor.Fault) {
        switch try parser.parse(bytes) {
        case .nothing: continue
        case .lost(let count):
          lostPending = TraceSummary.sum(lostPending, count)
          summary.lostRecords = TraceSummary.sum(summary.lostRecords, count)
        case .record: return try deliver()
        }
      } catch {
        throw fault(error, bytes, line: number, offset: offset)
      }
    }
    return nil
  }

  private func deliver() throws(JSONCursor.Fault) -> TraceBlockCursor.Entry {
    if let lastNumber, parser.number <= lastNumber {
      throw JSONCursor.Fault(
        offset: parser.numberPlace, text: "record \(parser.number) follows record \(lastNumber): numbers must grow")
    }
    lastNumber = parser.number
    lostBeforeRecord = lostPending
    lostPending = 0
    summary.records &+= 1
    return TraceBlockCursor.Entry(number: parser.number, bytes: lend(), isMalformed: false)
  }

  /// The record's bytes, in memory that stays until the next line is read.
  private func lend() -> UnsafeRawBufferPointer {
    let record = lent.bytes
    return parser.record.withUnsafeBytes { bytes in
      record.copyMemory(from: bytes)
      return UnsafeRawBufferPointer(rebasing: record[..<bytes.count])
    }
  }

  private let lent = TraceBuffer(byteCount: Record.maximumSize)

  // MARK: - Lines

  /// Without its end; valid until the next call. nil: at the end.
  private func nextLine() throws(TraceError) -> UnsafeRawBufferPointer? {
    var searched = unread.lowerBound
    while true {
      if let end = buffer.bytes[searched..<unread.upperBound].firstIndex(of: UInt8(ascii: "\n")) {
        let line = UnsafeRawBufferPointer(rebasing: buffer.bytes[unread.lowerBound..<end])
        unread = end + 1..<unread.upperBound
        return line
      }
      searched = unread.upperBound
      guard !isEnded else {
        defer { unread = 0..<0 }
        return unread.isEmpty ? nil : UnsafeRawBufferPointer(rebasing: buffer.bytes[unread])
      }
      if unread.count == buffer.bytes.count { throw try tooLong() }
      searched -= unread.lowerBound
      try fill()
    }
  }

  /// Moves what is unread to the front, and reads more behind it.
  private func fill() throws(TraceError) {
    if unread.lowerBound > 0 {
      let rest = UnsafeRawBufferPointer(rebasing: buffer.bytes[unread])
      buffer.bytes.copyMemory(from: rest)
      unread = 0..<rest.count
    }
    let count: Int
    do {
      count = try file.readSome(into: UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[unread.upperBound...]))
    } catch {
      isEnded = true
      unread = 0..<0
      summary.note(error)
      throw error
    }
    if count == 0 { isEnded = true }
    unread = unread.lowerBound..<unread.upperBound + count
  }

  /// Passes over a line that does not fit.
  private func tooLong() throws(TraceError) -> TraceError {
    let error = TraceError(
      file: file.name, offset: lineOffset,
      .line(line, column: 1, "the line is longer than \(JSONLParser.maximumLineBytes) bytes; it is skipped"))
    summary.note(error)
    while true {
      if let end = buffer.bytes[unread].firstIndex(of: UInt8(ascii: "\n")) {
        lineOffset &+= UInt64(end + 1 - unread.lowerBound)
        unread = end + 1..<unread.upperBound
        break
      }
      lineOffset &+= UInt64(unread.count)
      unread = 0..<0
      if isEnded { break }
      try fill()
    }
    line += 1
    return error
  }

  private func fault(_ fault: JSONCursor.Fault, _ bytes: UnsafeRawBufferPointer, line: Int, offset: UInt64) -> TraceError {
    // A character counts where it begins.
    let column = 1 + bytes.prefix(min(max(0, fault.offset), bytes.count)).count { $0 & 0xC0 != 0x80 }
    let error = TraceError(file: file.name, offset: offset, .line(line, column: column, fault.text))
    summary.note(error)
    return error
  }
}

internal import ArgumentParser
internal import Events

/// A trace that a command reads from its start to its end.
struct TraceInput: ~Copyable {
  let path: String
  private var reader: TraceReader
  private let interruption: Interruption?

  /// - Parameter path: `-`: standard input.
  init(_ path: String, _ interruption: Interruption? = nil) throws {
    self.path = path
    reader = try Startup.trace(path)
    self.interruption = interruption
  }

  var summary: TraceSummary { reader.summary }
  var isJSONL: Bool { reader.isJSONL }
  /// What was made of a capture; nil: it is none.
  var capture: ScapCounts? { reader.capture }
  var name: String { EscapedText.escaped(path.utf8, limit: 4096) }

  /// Calls `body` with every record, and with how many the writer lost just before it, until it returns false. Damage is
  /// passed over, and said by ``report()``.
  mutating func forEach(_ body: (borrowing Record, _ lostBefore: UInt64) -> Bool) {
    var whole = StreamWindow()
    forEach(&whole) { record, lost, _ in body(record, lost) }
  }

  /// Likewise up to the window's end.
  ///
  /// - Parameters:
  ///   - skipsAhead: what comes before the window need not be given, as far as an index tells where that begins.
  ///   - body: is told whether the record is within the window.
  mutating func forEach(
    _ window: inout StreamWindow, skipsAhead: Bool = false,
    _ body: (borrowing Record, _ lostBefore: UInt64, _ isWithin: Bool) -> Bool
  ) {
    var progress = ProgressLine(name, sizeBytes: reader.sizeBytes)
    defer { progress.clear() }
    var lost: UInt64 = 0
    // The first record tells what the window's times mean.
    var maySkip = skipsAhead
    while interruption?.hasCome != true {
      do throws(TraceError) {
        guard let record = try reader.next(lostBefore: &lost) else { return }
        let place = window.place(record)
        guard place != .after, body(record, lost, place == .within) else { return }
      } catch {}  // it is in the summary
      if maySkip {
        let begin = window.begin
        _ = reader.skip(toNumber: begin.number, timeNanoseconds: begin.timeNanoseconds)
        maySkip = false
      }
      progress.update { reader.readBytes }
    }
  }

  /// Says what is wrong with it.
  /// - Returns: whether all was read.
  func report() -> Bool {
    for error in summary.errors { Console.say("selvage: \(error)") }
    let text = summary.damageText
    if !text.isEmpty { Console.say("selvage: \(name):\(text.dropFirst())") }
    let isInterrupted = interruption?.hasCome == true
    if isInterrupted { Console.say("selvage: interrupted; the rest was not read") }
    return summary.isWhole && !isInterrupted
  }
}

extension TraceSummary {
  /// What was lost or damaged, each part after a semicolon; empty: nothing.
  var damageText: String {
    var text = ""
    if lostRecords > 0 { text += "; \(lostRecords) records were lost when it was written" }
    if malformedRecords > 0 { text += "; \(malformedRecords) malformed records passed over" }
    if truncatedBytes > 0 { text += "; cut off: \(truncatedBytes) bytes after the last whole block" }
    if unreadBytes > 0 { text += "; \(unreadBytes) bytes could not be read" }
    return text
  }
}

internal import ArgumentParser
internal import Events

/// Writes a live stream to a trace file beside whatever else is done with it, and goes on without when the disk fails.
struct Recorder: ~Copyable {
  private var writer: TraceWriter?
  let path: String
  /// Something could not be written; it was said.
  private(set) var failed = false

  /// - Parameter path: nil: nothing is written; `-`: standard output.
  init(path: String?, overwrites: Bool = true) throws {
    self.path = path ?? ""
    guard let path else { return }
    do {
      writer =
        path == "-"
        ? try TraceWriter(descriptor: 1, name: "standard output") : try TraceWriter(path: path, overwrites: overwrites)
    } catch {
      Console.say("selvage: \(error)")
      throw ExitStatus.refused
    }
  }

  /// - Parameter isKept: see ``TraceWriter``.
  mutating func append(_ record: borrowing Record, isKept: Bool = false) {
    guard writer != nil else { return }
    // Numbers of a live stream only grow: this does not throw.
    try? writer?.append(record, isKept: isKept)
  }

  /// So many records are missing here.
  mutating func lost(_ count: UInt64) { writer?.lost(count) }

  var status: TraceWriterStatus {
    mutating get { writer?.status ?? TraceWriterStatus() }
  }

  /// Nothing more comes; what there is goes to disk meanwhile.
  mutating func end() { writer?.end() }

  /// About every second: hands what is there to the disk, and looks how it is doing.
  ///
  /// - Returns: false when nothing can be written any more.
  mutating func tick() -> Bool {
    writer?.flush()
    guard let error = writer?.status.error else { return true }
    if !failed { Console.say("selvage: \(error); nothing more is recorded") }
    failed = true
    return false
  }

  /// Waits until all is on disk; returns what was written, for people.
  mutating func finish() -> String? {
    guard let status = finished() else { return nil }
    let lost = status.lostRecords > 0 ? "; \(status.lostRecords) were lost, the disk was too slow" : ""
    return "\(path): \(status.writtenRecords) records in \(status.writtenBytes) bytes\(lost)."
  }

  /// As ``finish()``; nil: it failed, which was said, or nothing was to be written.
  mutating func finished() -> TraceWriterStatus? {
    guard let writer = writer.take() else { return nil }
    do {
      let status = try writer.finish()
      if status.lostRecords > 0 { failed = true }
      return status
    } catch {
      if !failed { Console.say("selvage: \(error)") }
      failed = true
      return nil
    }
  }
}

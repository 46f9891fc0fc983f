/// Where sinks that are behind read alerts from disk, one after another; and where the writer stands while it removes alerts
/// that they would read.
final class ReadingDesk: Sendable {
  private let reader: Monitor<SpoolReader?>
  private let path: String
  /// The first number of this run.
  private let run: UInt64

  init(path: String, run: UInt64) {
    self.path = path
    self.run = run
    reader = Monitor(nil)
  }

  /// - Parameters:
  ///   - range: asked at the desk: what is to be read; nil: nothing.
  ///   - took: called at the desk, with what was found, and up to where all of the range is in it.
  func read<Result>(
    limit: Int, _ range: () -> (after: UInt64, through: UInt64)?, _ took: ([SpoolReader.Found], _ through: UInt64) -> Result
  ) throws(SQLiteError) -> Result? {
    try reader.locked { (reader) throws(SQLiteError) in
      guard let range = range() else { return nil }
      let open: SpoolReader
      if let reader { open = reader } else { open = try SpoolReader(path) }
      reader = open
      let found: [SpoolReader.Found]
      do throws(SQLiteError) {
        found = try open.alerts(after: range.after, through: range.through, limit: limit, run: run)
      } catch {
        reader = nil
        throw error
      }
      return took(found, found.count < limit ? range.through : found.last?.sequence ?? range.through)
    }
  }

  /// Nobody reads until ``release()``.
  func hold() { reader.hold() }
  func release() { reader.release() }

  /// Held: the file is replaced.
  func closeReader() { reader.withHeld { $0 = nil } }
}

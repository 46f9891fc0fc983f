/// What a ``TraceReader`` has met so far.
package struct TraceSummary: Equatable, Sendable {
  /// Records delivered.
  package internal(set) var records: UInt64 = 0
  /// Blocks of records, those with damage included; none in lines of JSON.
  package internal(set) var blocks: UInt64 = 0
  /// Records whose size is right but whose header is not; passed over.
  package internal(set) var malformedRecords: UInt64 = 0
  /// Records that the writer says it had to drop.
  package internal(set) var lostRecords: UInt64 = 0
  /// Bytes after the last whole block of a file that was cut off.
  package internal(set) var truncatedBytes: UInt64 = 0
  /// Bytes from a damaged block header to the end, where the file is one that can tell.
  package internal(set) var unreadBytes: UInt64 = 0
  /// How often ``TraceReader/next()`` threw.
  package internal(set) var errorCount: UInt64 = 0
  /// The first of these errors: enough to see what is wrong, and bounded.
  package internal(set) var errors: [TraceError] = []

  static let maximumErrors = 16

  package init() {}

  mutating func note(_ error: TraceError) {
    errorCount &+= 1
    if errors.count < Self.maximumErrors { errors.append(error) }
  }

  /// A file may claim any number: no overflow.
  static func sum(_ one: UInt64, _ other: UInt64) -> UInt64 {
    let (sum, overflow) = one.addingReportingOverflow(other)
    return overflow ? .max : sum
  }

  /// All that was written was read.
  package var isWhole: Bool {
    errorCount == 0 && truncatedBytes == 0 && malformedRecords == 0 && lostRecords == 0
  }
}

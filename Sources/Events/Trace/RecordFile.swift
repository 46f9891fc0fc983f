/// Writes records to a file or stream, as a trace or as lines of JSON, on the caller's thread. Its memory is constant.
/// Ends with ``finish()``; without it, what was written is a trace that was cut off.
package struct RecordFile: ~Copyable {
  package enum Format: String, CaseIterable, Sendable {
    case trace, jsonl
  }

  package let format: Format
  private let file: TraceFile
  private var blocks: TraceEncoder?
  private var lines = JSONLEncoder()
  /// What is to be written next.
  private var pending: [UInt8] = []
  private var lastNumber: UInt64?
  /// Handed over so far.
  package private(set) var records: UInt64 = 0
  package private(set) var writtenBytes: UInt64 = 0

  private static let pendingBytes = 1 << 16

  /// Creates the file, with mode 0600.
  ///
  /// - Parameter overwrites: otherwise an existing file is an error.
  package init(path: String, format: Format, overwrites: Bool) throws(TraceError) {
    try self.init(TraceFile.create(path, overwrites: overwrites), format)
  }

  /// - Parameters:
  ///   - descriptor: duplicated; the caller's stays open.
  ///   - name: for errors.
  package init(descriptor: Int32, name: String, format: Format) throws(TraceError) {
    try self.init(TraceFile.duplicate(descriptor, name: name), format)
  }

  private init(_ file: consuming TraceFile, _ format: Format) throws(TraceError) {
    let name = file.name
    self.file = file
    self.format = format
    if format == .trace {
      blocks = try TraceEncoder(name: name)
      pending = TraceEncoder.fileHeader
    }
  }

  /// - Throws: ``TraceError`` when the record's number is not greater than the last one's, or it can't be written.
  package mutating func append(_ record: borrowing Record) throws(TraceError) {
    if let lastNumber, record.number <= lastNumber {
      throw TraceError(file: file.name, offset: 0, .number(record.number, after: lastNumber))
    }
    lastNumber = record.number
    if format == .trace {
      var block: [UInt8] = []
      try blocks?.append(record) { block.append(contentsOf: $0) }
      pending.append(contentsOf: block)
    } else {
      lines.append(record, to: &pending)
    }
    records &+= 1
    if pending.count >= Self.pendingBytes { try write() }
  }

  /// Says that so many records are missing here.
  package mutating func lost(_ count: UInt64) throws(TraceError) {
    guard count > 0 else { return }
    if format == .trace {
      var block: [UInt8] = []
      try blocks?.lost(count) { block.append(contentsOf: $0) }
      pending.append(contentsOf: block)
    } else {
      lines.append(lost: count, to: &pending)
    }
  }

  /// Writes what is left, and waits until it is on disk.
  package consuming func finish() throws(TraceError) -> (records: UInt64, bytes: UInt64) {
    if format == .trace {
      var block: [UInt8] = []
      try blocks?.finish { block.append(contentsOf: $0) }
      pending.append(contentsOf: block)
    }
    try write()
    try file.sync()
    return (records, writtenBytes)
  }

  private mutating func write() throws(TraceError) {
    try file.write(pending.span.bytes)
    writtenBytes &+= UInt64(pending.count)
    pending.removeAll(keepingCapacity: true)
  }
}

import CEvents
import TestSupport
import Testing

@testable import Events

/// What a capture is worth.
struct Imported {
  private(set) var records: [[UInt8]] = []
  private(set) var numbers: [UInt64] = []
  let summary: TraceSummary
  let counts: ScapCounts

  init(_ capture: ScapBuilder) throws { try self.init(capture.bytes) }

  init(_ bytes: [UInt8]) throws {
    var reader = try TraceReader(bytes: bytes, name: "memory")
    (records, numbers, summary, counts) = try Self.read(&reader)
  }

  init(path: String) throws {
    var reader = try TraceReader(path: path)
    (records, numbers, summary, counts) = try Self.read(&reader)
  }

  private static func read(_ reader: inout TraceReader) throws -> ([[UInt8]], [UInt64], TraceSummary, ScapCounts) {
    var records: [[UInt8]] = []
    var numbers: [UInt64] = []
    let summary = reader.forEach { record in
      records.append(record.bytes.withUnsafeBytes { Array($0) })
      numbers.append(record.number)
    }
    let counts = reader.capture
    return (records, numbers, summary, try #require(counts))
  }

  /// Of the records but the stream's.
  var kinds: [EventKind] {
    records.compactMap { EventKind(rawValue: $0.withUnsafeBytes { $0.load(UInt16.self, at: 6) }) }.filter { $0 != .stream }
  }

  func all<Layout: BitwiseCopyable>(_ kind: EventKind, _ zero: Layout) -> [Layout] {
    records.filter { $0.withUnsafeBytes { $0.load(UInt16.self, at: 6) } == kind.rawValue }.map { bytes in
      bytes.withUnsafeBytes { $0.loadUnaligned(as: Layout.self) }
    }
  }

  func sockets(_ kind: EventKind) -> [sv_socket] { all(kind, sv_socket()) }
  func images(_ kind: EventKind) -> [sv_process] { all(kind, sv_process()) }

  var stream: StreamRecord? {
    guard let first = records.first else { return nil }
    return try? StreamRecord(Record(number: 1, bytes: first.span.bytes))
  }

  /// The n-th image's texts, as one would read them.
  func texts(_ kind: EventKind, _ index: Int = 0) -> (exe: String, cwd: String, args: String, env: String)? {
    let found = records.filter { $0.withUnsafeBytes { $0.load(UInt16.self, at: 6) } == kind.rawValue }
    guard found.indices.contains(index) else { return nil }
    let bytes = found[index]
    guard let process = try? ProcessRecord(number: 1, bytes: bytes.span.bytes) else { return nil }
    return (Self.text(process.exe), Self.text(process.cwd), Self.text(process.args), Self.text(process.env))
  }

  private static func text(_ span: RawSpan?) -> String {
    guard let span else { return "-" }
    return span.withUnsafeBytes { String(decoding: $0.map { $0 == 0 ? UInt8(ascii: "|") : $0 }, as: UTF8.self) }
  }
}

/// comm and the like.
func string<Field: BitwiseCopyable>(_ field: Field) -> String {
  withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}

/// The first bytes of an address.
func address<Field: BitwiseCopyable>(_ field: Field, _ count: Int = 4) -> [UInt8] {
  withUnsafeBytes(of: field) { Array($0.prefix(count)) }
}

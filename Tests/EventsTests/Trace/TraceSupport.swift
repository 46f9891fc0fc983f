@testable import Events
import Glibc
import Testing

/// A folder for one test, removed at its end.
struct TemporaryFolder: ~Copyable {
  let path: String

  init() throws {
    var template = Array("/tmp/selvage-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TraceError(file: "/tmp", offset: 0, .system("mkdtemp", errno)) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    if let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { unlink("\(path)/\(name)") }
      }
      closedir(folder)
    }
    rmdir(path)
  }

  func write(_ bytes: [UInt8], _ name: String = "t.trace") throws -> String {
    let file = try TraceFile.create("\(path)/\(name)", overwrites: true)
    try file.write(bytes.span.bytes)
    return "\(path)/\(name)"
  }
}

/// What a reader delivered.
struct Delivered: Equatable {
  var numbers: [UInt64] = []
  var records: [[UInt8]] = []
  var summary = TraceSummary()

  init(path: String) throws {
    var reader = try TraceReader(path: path)
    self.init(&reader)
  }

  init(_ reader: inout TraceReader) {
    var numbers: [UInt64] = []
    var records: [[UInt8]] = []
    summary = reader.forEach { record in
      numbers.append(record.number)
      records.append(record.bytes.withUnsafeBytes { Array($0) })
    }
    self.numbers = numbers
    self.records = records
  }
}

/// Traces made in memory.
enum TraceBytes {
  /// Records 1 to n, a block for every `perBlock`.
  /// - Returns: the file, and where each block starts; the last element is the file's length.
  static func trace(_ records: [[UInt8]], perBlock: Int = .max) throws -> (bytes: [UInt8], offsets: [Int]) {
    var bytes = TraceEncoder.fileHeader
    var offsets: [Int] = []
    func emit(_ block: UnsafeRawBufferPointer) {
      offsets.append(bytes.count)
      bytes.append(contentsOf: block)
    }
    var encoder = try TraceEncoder(name: "memory")
    for (index, record) in records.enumerated() {
      try encoder.append(Record(number: UInt64(index + 1), bytes: record.span.bytes), emit: emit)
      if (index + 1).isMultiple(of: perBlock) { try encoder.flush(emit: emit) }
    }
    try encoder.flush(emit: emit)
    return (bytes, offsets + [bytes.count])
  }

  /// The content of a block as a writer without scruples makes it.
  static func content(
    _ records: [(number: UInt64, bytes: [UInt8])], count: UInt32? = nil, first: UInt64? = nil, last: UInt64? = nil,
    headerBytes: UInt32 = 40
  ) -> [UInt8] {
    var content: [UInt8] = []
    let times = records.map { $0.bytes.withUnsafeBytes { $0.count >= 16 ? $0.load(UInt64.self, at: 8) : 0 } }
    content.append(littleEndian: count ?? UInt32(records.count))
    content.append(littleEndian: headerBytes)
    content.append(littleEndian: first ?? records.first?.number ?? 0)
    content.append(littleEndian: last ?? records.last?.number ?? 0)
    content.append(littleEndian: times.min() ?? 0)
    content.append(littleEndian: times.max() ?? 0)
    for record in records {
      content.append(littleEndian: record.number)
      content += record.bytes
    }
    return content
  }

  static func compressed(_ content: [UInt8]) throws -> [UInt8] {
    let output = TraceBuffer(byteCount: content.count * 2 + 1024)
    let compressor = try ZstdCompressor()
    let count = try content.withUnsafeBytes { try compressor.compress($0, into: output.bytes) }
    return Array(output.bytes[..<count])
  }

  /// A block with an intact header that says what it is told to say.
  static func block(
    payload: [UInt8], payloadBytes: Int? = nil, contentBytes: Int, kind: UInt16 = TraceBlockHeader.kindRecords,
    lostBefore: UInt64 = 0
  ) -> [UInt8] {
    var header = TraceBlockHeader(
      payloadBytes: payloadBytes ?? payload.count, contentBytes: contentBytes, lostBefore: lostBefore)
    header.kind = kind
    var bytes = [UInt8](repeating: 0, count: TraceBlockHeader.byteCount)
    bytes.withUnsafeMutableBytes { header.encode(into: $0) }
    return bytes + payload
  }

  static func block(content: [UInt8], lostBefore: UInt64 = 0) throws -> [UInt8] {
    try block(payload: compressed(content), contentBytes: content.count, lostBefore: lostBefore)
  }
}

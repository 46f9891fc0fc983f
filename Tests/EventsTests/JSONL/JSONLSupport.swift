@testable import Events
import Glibc

/// Lines of JSON made and read in memory.
enum JSONLText {
  static func lines(_ records: [(number: UInt64, bytes: [UInt8])]) throws -> [UInt8] {
    var encoder = JSONLEncoder()
    var lines: [UInt8] = []
    for record in records { encoder.append(try Record(number: record.number, bytes: record.bytes.span.bytes), to: &lines) }
    return lines
  }

  static func line(_ bytes: [UInt8], number: UInt64 = 7) throws -> String {
    String(decoding: try lines([(number, bytes)]), as: UTF8.self)
  }

  static func read(_ text: String) throws -> Delivered { try Delivered(bytes: Array(text.utf8)) }

  /// What is said of the first wrong line.
  static func error(_ text: String) throws -> String { try read(text).summary.errors.first?.description ?? "" }
}

extension Delivered {
  init(bytes: [UInt8]) throws {
    var reader = try TraceReader(bytes: bytes, name: "t.jsonl")
    self.init(&reader)
  }
}

/// The recordings of the shipped rules.
enum ShippedTraces {
  static let paths: [String] = {
    let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    var matches = glob_t()
    defer { globfree(&matches) }
    guard glob("\(root)/rules/*/traces/*.trace", 0, nil, &matches) == 0, let paths = matches.gl_pathv else { return [] }
    return (0..<Int(matches.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
  }()
}

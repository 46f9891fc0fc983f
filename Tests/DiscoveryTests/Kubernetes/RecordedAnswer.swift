import TestSupport

/// An answer of a real API server, as scripts/record-kubernetes recorded it: status line, headers, body.
struct RecordedAnswer {
  let status: Int
  let body: [UInt8]

  init(_ name: String) throws {
    let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    let bytes = contents("/\(folder)/answers/\(name).http")
    let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))
    guard let end, let code = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: " ").dropFirst().first,
      let status = Int(code)
    else { throw TestFailure("there is no answer \(name)") }
    self.status = status
    body = Array(bytes[end.upperBound...])
  }

  /// Of a watch.
  var lines: [[UInt8]] { body.split(separator: UInt8(ascii: "\n")).map { Array($0) + [UInt8(ascii: "\n")] } }
}

/// Headers of requests that are kept in a file, as they may be secrets: `Authorization: Bearer ...`, a line each.
struct HeadersFile {
  /// Those that say how the request is sent.
  private static let forbidden: Set = ["connection", "content-length", "host", "te", "transfer-encoding", "upgrade"]

  let path: String

  /// Reads the file, each time: so a token that was changed is used at once.
  ///
  /// - Throws: ``DeliveryError/setting(_:)`` also for a file that others than its owner may read.
  func read() throws(DeliveryError) -> [(name: String, value: String)] {
    var headers: [(name: String, value: String)] = []
    let file = SecretFile(path: path)
    for (number, line) in try file.lines() {
      guard let colon = line.firstIndex(of: ":"), Self.isToken(line[..<colon]),
        line[line.index(after: colon)...].utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
      else { throw .setting("\(file.name), line \(number): a header is a name, a colon and a value") }
      guard !Self.forbidden.contains(line[..<colon].lowercased()) else {
        throw .setting("\(file.name), line \(number): the agent says '\(line[..<colon])' itself")
      }
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      headers.append((String(line[..<colon]), String(value)))
    }
    return headers
  }

  /// RFC 9110, 5.6.2.
  private static func isToken(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
          true
        default: "!#$%&'*+-.^_`|~".utf8.contains($0)
        }
      }
  }
}

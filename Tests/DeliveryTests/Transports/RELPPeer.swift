import TestSupport

/// A RELP server that answers as a test wants. It reads frames with code of its own.
enum RELPPeer {
  struct Frame: Sendable, Equatable {
    var number: Int
    var command: String
    var data: String
  }

  static let offers = "200 OK\nrelp_version=0\nrelp_software=test\ncommands=syslog"

  /// Opens the session, then calls for each frame; `false` ends the connection.
  static func start(
    opening: String = offers, seen: Collected<Frame> = Collected(),
    _ body: @escaping @Sendable (Frame, StreamPeer.Connection) -> Bool
  ) throws -> StreamPeer {
    try StreamPeer { connection in
      var buffer: [UInt8] = []
      while true {
        while let frame = take(&buffer) {
          if frame.command == "open" {
            connection.write(rsp(frame.number, opening))
          } else if frame.command == "close" {
            connection.write("\(frame.number) rsp 0\n0 serverclose 0\n")
            return
          } else {
            seen.append(frame)
            guard body(frame, connection) else { return }
          }
        }
        let more = connection.read()
        guard !more.isEmpty else { return }
        buffer += more
      }
    }
  }

  static func rsp(_ number: Int, _ text: String = "200 OK") -> String { "\(number) rsp \(text.utf8.count) \(text)\n" }

  private static func take(_ buffer: inout [UInt8]) -> Frame? {
    let head = buffer.prefix(60).split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
    guard head.count >= 3 else { return nil }
    let texts = head.map { String(decoding: $0, as: UTF8.self) }
    let digits = texts[2].prefix { $0.isNumber }
    guard let number = Int(texts[0]), let length = Int(digits), head.count > 3 || digits.count < texts[2].count else { return nil }
    let start = texts[0].utf8.count + texts[1].utf8.count + digits.utf8.count + 2 + (length > 0 ? 1 : 0)
    guard buffer.count > start + length else { return nil }
    let data = String(decoding: buffer[start..<start + length], as: UTF8.self)
    buffer.removeFirst(start + length + 1)
    return Frame(number: number, command: texts[1], data: data)
  }
}

/// A frame of RELP (librelp's relp.md): `TXNR SP COMMAND SP DATALEN [SP DATA] LF`.
struct RELPFrame: Equatable {
  static let largestTransaction: UInt32 = 999_999_999
  /// Offers, and a sentence for people: what a server has to say is short.
  static let answerLimitBytes = 16 << 10

  var transaction: UInt32
  var command: String
  var data: [UInt8] = []

  func append(to bytes: inout [UInt8]) {
    bytes.append(contentsOf: "\(transaction) \(command) \(data.count)".utf8)
    if !data.isEmpty {
      bytes.append(UInt8(ascii: " "))
      bytes.append(contentsOf: data)
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  static func transaction(after number: UInt32) -> UInt32 { number >= largestTransaction ? 1 : number + 1 }
}

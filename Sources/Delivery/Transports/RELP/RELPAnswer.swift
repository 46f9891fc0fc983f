internal import Events

/// The data of a `rsp` frame: `CODE [SP TEXT] [LF DATA]`.
struct RELPAnswer: Equatable {
  /// 200: it is done; all others are refusals.
  let code: Int
  /// For people, escaped.
  let text: String
  /// What an `open` is answered with: lines of `NAME=VALUE[,VALUE]`.
  let offers: [String: [String]]

  /// nil: it isn't one.
  init?(_ data: [UInt8]) {
    guard data.count >= 3, data[..<3].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    guard data.count == 3 || data[3] == UInt8(ascii: " ") || data[3] == UInt8(ascii: "\n") else { return nil }
    code = data[..<3].reduce(0) { $0 * 10 + Int($1 - 0x30) }
    let lines = data[3...].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let first = lines.first.map { Array($0.drop { $0 == UInt8(ascii: " ") }) } ?? []
    text = DisplayText.escaped(first, limit: 200)
    var offers: [String: [String]] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first, !name.isEmpty else { continue }
      let values = parts.count == 2 ? parts[1].split(separator: UInt8(ascii: ",")) : []
      offers[String(decoding: name, as: UTF8.self)] = values.map { String(decoding: $0, as: UTF8.self) }
    }
    self.offers = offers
  }
}

/// Takes a server's bytes apart. They may be anything: what is no frame is an error, and no more is awaited than one may
/// have.
struct RELPFrameReader {
  enum Failure: Error, Equatable {
    case malformed
    case tooLong
  }

  private static let space = UInt8(ascii: " ")
  private static let newline = UInt8(ascii: "\n")

  private var bytes: [UInt8] = []
  private var start = 0

  mutating func append(_ more: [UInt8]) {
    bytes.removeFirst(start)
    start = 0
    bytes.append(contentsOf: more)
  }

  /// nil: it isn't whole yet.
  mutating func next() throws(Failure) -> RELPFrame? {
    var at = start
    guard let transaction = try Self.number(bytes, &at), let command = try Self.word(bytes, &at) else { return nil }
    // Without data, the line ends here; librelp puts a blank there as well.
    guard let (length, end) = try Self.length(bytes, &at) else { return nil }
    guard length <= RELPFrame.answerLimitBytes else { throw .tooLong }
    var data: ArraySlice<UInt8> = []
    if end == Self.space {
      guard bytes.count - at > length else { return nil }
      data = bytes[at..<at + length]
      at += length
      guard bytes[at] == Self.newline else { throw .malformed }
      at += 1
    } else if length != 0 {
      throw .malformed
    }
    start = at
    return RELPFrame(transaction: transaction, command: command, data: Array(data))
  }

  /// Up to nine digits and a blank.
  private static func number(_ bytes: [UInt8], _ at: inout Int) throws(Failure) -> UInt32? {
    guard let (number, end) = try length(bytes, &at) else { return nil }
    guard end == space else { throw .malformed }
    return UInt32(number)
  }

  /// Up to nine digits, and what ends them.
  private static func length(_ bytes: [UInt8], _ at: inout Int) throws(Failure) -> (Int, end: UInt8)? {
    let digits = bytes[at...].prefix(10).prefix { (0x30...0x39).contains($0) }
    guard digits.count <= 9 else { throw .malformed }
    guard digits.endIndex < bytes.count else { return nil }
    let end = bytes[digits.endIndex]
    guard !digits.isEmpty, end == space || end == newline else { throw .malformed }
    at = digits.endIndex + 1
    return (digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }, end)
  }

  /// Up to 32 letters and a blank.
  private static func word(_ bytes: [UInt8], _ at: inout Int) throws(Failure) -> String? {
    let letters = bytes[at...].prefix(33).prefix { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
    guard letters.count <= 32 else { throw .malformed }
    guard letters.endIndex < bytes.count else { return nil }
    guard !letters.isEmpty, bytes[letters.endIndex] == space else { throw .malformed }
    at = letters.endIndex + 1
    return String(decoding: letters, as: UTF8.self)
  }
}

/// Bytes at a place of a text.
struct TextPiece {
  let place: NecessaryLiteral.Place
  let bytes: [UInt8]
  /// false: of ASCII letters either case.
  let keepsCase: Bool

  init(_ place: NecessaryLiteral.Place, _ bytes: [UInt8], keepsCase: Bool) {
    self.place = place
    self.bytes = bytes
    self.keepsCase = keepsCase
  }

  /// Whether every text that has this piece has the other as well.
  func has(_ other: TextPiece) -> Bool {
    guard keepsCase || !other.keepsCase, other.bytes.count <= bytes.count else { return false }
    let (own, wanted) = other.keepsCase ? (bytes, other.bytes) : (Self.folded(bytes), Self.folded(other.bytes))
    switch (place, other.place) {
    case (.whole, .whole): return own == wanted
    case (.whole, .start), (.start, .start): return own.starts(with: wanted)
    case (.whole, .end), (.end, .end): return own.suffix(wanted.count).elementsEqual(wanted)
    case (_, .inside): return Self.contains(own, wanted)
    default: return false
    }
  }

  private static func folded(_ bytes: [UInt8]) -> [UInt8] { bytes.map(Wildcard.lowercased) }

  private static func contains(_ text: [UInt8], _ piece: [UInt8]) -> Bool {
    guard let first = piece.first else { return true }
    return (0...(text.count - piece.count)).contains { start in
      text[start] == first && text[start..<start + piece.count].elementsEqual(piece)
    }
  }
}

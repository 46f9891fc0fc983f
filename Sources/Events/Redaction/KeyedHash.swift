/// HMAC-SHA-256 (RFC 2104): who has not the key can neither tell what was hashed nor try guesses.
package struct KeyedHash: Sendable {
  private let inner: [UInt8]
  private let outer: [UInt8]

  package init(key: [UInt8]) {
    let short = key.count > SHA256.blockBytes ? SHA256.hash(key) : key
    let whole = short + [UInt8](repeating: 0, count: SHA256.blockBytes - short.count)
    inner = whole.map { $0 ^ 0x36 }
    outer = whole.map { $0 ^ 0x5C }
  }

  /// 32 bytes.
  package func hash(_ message: some Collection<UInt8>) -> [UInt8] { SHA256.hash(outer + SHA256.hash(inner + message)) }

  /// - Parameter use: what the hash is for, so that equal bytes of two uses don't show as equal.
  func number(_ use: UInt8, _ message: some Collection<UInt8>) -> UInt64 {
    hash([use] + Array(message)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// A byte string to be found in others in one pass, whatever they hold (Knuth, Morris and Pratt).
struct Needle: BitwiseCopyable {
  private let bytes: UnsafeRawBufferPointer
  /// By how many bytes that match: how many of these still match when the next one doesn't.
  private let fallback: UnsafeBufferPointer<Int32>
  private let ignoresCase: Bool

  /// - Parameter ignoresCase: of ASCII letters; the bytes are then in lower case.
  init(_ bytes: [UInt8], ignoresCase: Bool = false, _ constants: Constants) {
    self.bytes = constants.keep(bytes)
    self.ignoresCase = ignoresCase
    var fallback = [Int32](repeating: 0, count: bytes.count + 1)
    var length = 0
    for index in bytes.indices.dropFirst() {
      while length > 0, bytes[index] != bytes[length] { length = Int(fallback[length]) }
      if bytes[index] == bytes[length] { length += 1 }
      fallback[index + 1] = Int32(truncatingIfNeeded: length)
    }
    self.fallback = constants.keep(fallback)
  }

  func isFound(in text: RawSpan) -> Bool {
    guard !bytes.isEmpty else { return true }
    guard text.byteCount >= bytes.count else { return false }
    return text.withUnsafeBytes { text in
      var length = 0
      for byte in text {
        let byte = ignoresCase && (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
        while length > 0, byte != bytes[length] { length = Int(fallback[length]) }
        if byte == bytes[length] { length += 1 }
        if length == bytes.count { return true }
      }
      return false
    }
  }
}

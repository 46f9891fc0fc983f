/// The bytes of annotated hex: what follows a `#` in a line is for people.
func hex(_ text: String) -> [UInt8] {
  text.split(separator: "\n").flatMap { line in
    let digits = line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
    return stride(from: 0, to: digits.count, by: 2).map { at in
      UInt8(digits.dropFirst(at).prefix(2), radix: 16) ?? 0xEE
    }
  }
}

extension RangeReplaceableCollection where Element == UInt8 {
  /// Appends a number as the trace format has it.
  mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}

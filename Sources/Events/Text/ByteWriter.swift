/// Writes text into memory of a fixed size that someone lends, without taking any. What does not fit is left out.
package struct ByteWriter: ~Copyable {
  private let memory: UnsafeMutableRawBufferPointer
  package private(set) var count = 0

  package init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

  /// What was written.
  package var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

  package mutating func append(byte: UInt8) {
    guard count < memory.count else { return }
    memory[count] = byte
    count += 1
  }

  package mutating func append(_ text: StaticString) {
    append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    let part = bytes.prefix(memory.count - count)
    UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
    count += part.count
  }

  /// - Parameter width: digits at least; zeros in front.
  package mutating func append(_ number: UInt64, width: Int = 1) {
    var divisor: UInt64 = 1
    var digits = 1
    while number / divisor > 9 || digits < width {
      divisor *= 10
      digits += 1
      if digits == 20 { break }  // 10^19 is the greatest power that fits
    }
    while divisor > 0 {
      append(byte: UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }
}

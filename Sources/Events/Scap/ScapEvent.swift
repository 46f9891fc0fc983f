/// An event of a capture: its head, and its parameters where they are. Lent by the block it came in.
struct ScapEvent {
  /// Nanoseconds since 1970.
  let time: UInt64
  let thread: UInt64
  let type: UInt16
  private let bytes: UnsafeRawBufferPointer
  /// Of each parameter's bytes.
  private let ranges: [Range<Int>]

  /// Of an event's head, as far as every version has it.
  private static let headBytes = 22
  private static let cpuBytes = 2
  /// No event has more.
  private static let maximumParameters = 32

  /// The type of the event in a block's content, to see whether it is worth a look; nil: too short for one.
  static func type(in content: UnsafeRawBufferPointer, _ block: ScapFormat.EventBlock) -> UInt16? {
    let start = cpuBytes + (block.hasFlags ? 4 : 0)
    return content.count >= start + headBytes ? content.load(UInt16.self, at: start + 20) : nil
  }

  static func time(in content: UnsafeRawBufferPointer, _ block: ScapFormat.EventBlock) -> UInt64? {
    let start = cpuBytes + (block.hasFlags ? 4 : 0)
    return content.count >= start + headBytes ? content.load(UInt64.self, at: start) : nil
  }

  /// - Parameter parameters: that a block without their number has at most; it is found from their lengths.
  /// - Returns: nil: its lengths don't fit its block.
  init?(_ content: UnsafeRawBufferPointer, _ block: ScapFormat.EventBlock, parameters: Int) {
    let start = Self.cpuBytes + (block.hasFlags ? 4 : 0)
    guard content.count >= start + Self.headBytes else { return nil }
    time = content.load(UInt64.self, at: start)
    thread = content.load(UInt64.self, at: start + 8)
    type = content.load(UInt16.self, at: start + 20)
    let length = Int(content.load(UInt32.self, at: start + 16))
    guard length >= Self.headBytes, length <= content.count - start else { return nil }
    bytes = UnsafeRawBufferPointer(rebasing: content[start..<start + length])
    var at = Self.headBytes
    var candidates = stride(from: min(parameters, Self.maximumParameters), through: 0, by: -1)
    if block.hasCount {
      guard length >= at + 4 else { return nil }
      let count = Int(bytes.load(UInt32.self, at: at))
      guard count <= Self.maximumParameters else { return nil }
      at += 4
      candidates = stride(from: count, through: count, by: -1)
    }
    for count in candidates {
      if let ranges = Self.ranges(count, in: bytes, at: at, isExact: !block.hasCount) {
        self.ranges = ranges
        return
      }
    }
    return nil
  }

  private static func ranges(_ count: Int, in bytes: UnsafeRawBufferPointer, at: Int, isExact: Bool) -> [Range<Int>]? {
    var position = at + 2 * count
    guard position <= bytes.count else { return nil }
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(count)
    for index in 0..<count {
      let length = Int(bytes.load(UInt16.self, at: at + 2 * index))
      guard length <= bytes.count - position else { return nil }
      ranges.append(position..<position + length)
      position += length
    }
    return !isExact || position == bytes.count ? ranges : nil
  }

  var count: Int { ranges.count }

  /// A parameter's bytes; empty: it has none.
  subscript(index: Int) -> UnsafeRawBufferPointer {
    guard ranges.indices.contains(index) else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(rebasing: bytes[ranges[index]])
  }

  /// A parameter that is a number of that size; nil: it is not.
  func number<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type, _ index: Int) -> Number? {
    let part = self[index]
    return part.count == MemoryLayout<Number>.size ? part.load(Number.self, at: 0) : nil
  }

  /// A result, file descriptor or thread: eight bytes, signed. nil: absent.
  func signed(_ index: Int) -> Int64? { number(Int64.self, index) }

  /// A text up to its NUL.
  func text(_ index: Int) -> [UInt8] { Array(self[index].prefix { $0 != 0 }) }
}

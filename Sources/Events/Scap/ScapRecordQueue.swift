internal import CEvents

/// Records that were made and not yet taken. Bounded: one event makes few of them, and of the list of processes no
/// more are kept than ``maximumBytes`` have room for.
struct ScapRecordQueue: ~Copyable {
  private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
  private var used = 0
  private var ranges: [Range<Int>] = []
  private var next = 0

  static let maximumBytes = 64 << 20

  deinit { memory.deallocate() }

  /// - Returns: false: there is no room.
  mutating func append(_ record: [UInt8]) -> Bool { insert(record, at: ranges.count) }

  /// Puts a record before all others.
  mutating func prepend(_ record: [UInt8]) -> Bool { insert(record, at: next) }

  private mutating func insert(_ record: [UInt8], at place: Int) -> Bool {
    guard record.count <= Self.maximumBytes - used else { return false }
    if record.count > memory.count - used { grow(to: max(used + record.count, min(2 * memory.count, Self.maximumBytes))) }
    UnsafeMutableRawBufferPointer(rebasing: memory[used...]).copyBytes(from: record)
    ranges.insert(used..<used + record.count, at: place)
    used += record.count
    return true
  }

  private mutating func grow(to count: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<used]))
    memory.deallocate()
    memory = larger
  }

  /// Gives all records that wait this time.
  mutating func setTime(_ nanoseconds: UInt64) {
    let offset = MemoryLayout<sv_header>.offset(of: \.time_ns) ?? 0
    for range in ranges[next...] {
      memory.storeBytes(of: nanoseconds, toByteOffset: range.lowerBound + offset, as: UInt64.self)
    }
  }

  /// Valid until a record is added.
  mutating func take() -> UnsafeRawBufferPointer? {
    guard next < ranges.count else {
      ranges.removeAll(keepingCapacity: true)
      next = 0
      used = 0
      return nil
    }
    defer { next += 1 }
    return UnsafeRawBufferPointer(rebasing: memory[ranges[next]])
  }
}

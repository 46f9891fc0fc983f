internal import CEvents

/// A record while its line is read.
struct JSONLDraft {
  let layout: JSONLLayout
  private(set) var fixed: [UInt8]
  private(set) var variable: [UInt8] = []
  /// Where a part's reference stands, and which bytes of the variable part it names.
  private var parts: [(reference: Int, bytes: Range<Int>)] = []
  /// Fields that the line has, a bit each.
  private var given: UInt64 = 0
  /// Where the value of the field that stands last ends, of those that the line has.
  private(set) var givenEnd = 0

  private var addresses: [Address] = []

  /// An address that the line has, and where its family is to stand.
  private struct Address {
    let family: UInt64
    let at: Int
    let byteCount: Int
    /// In the line.
    let place: Int
  }

  /// What ends the memory of a text, behind its NUL.
  var junk: [(field: JSONLField, bytes: [UInt8])] = []
  /// Of the fixed part, when the line says so.
  var known: Int?
  /// What follows the fields that this version knows.
  var more: [UInt8] = []
  var padding: [UInt8]?

  init(_ layout: JSONLLayout) {
    self.layout = layout
    fixed = [UInt8](repeating: 0, count: layout.byteCount)
  }

  var isComplete: Bool { given == (1 << UInt64(layout.fields.count)) - 1 }

  /// - Parameter index: of the layout's fields.
  /// - Returns: false: it was there already.
  mutating func give(_ index: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64(index)
    guard given & bit == 0 else { return false }
    given |= bit
    givenEnd = max(givenEnd, layout.fields[index].end)
    return true
  }

  func isGiven(at offset: Int?) -> Bool {
    layout.fields.indices.contains { layout.fields[$0].offset == offset && given & 1 << UInt64($0) != 0 }
  }

  mutating func store(_ number: UInt64, _ field: JSONLField, at base: Int = 0) {
    withUnsafeBytes(of: number.littleEndian) { source in
      for index in 0..<min(field.byteCount, 8) { fixed[base + field.offset + index] = source[index] }
    }
  }

  mutating func store(_ bytes: [UInt8], _ field: JSONLField, at base: Int = 0) {
    for index in 0..<min(field.byteCount, bytes.count) { fixed[base + field.offset + index] = bytes[index] }
  }

  mutating func appendPart(_ field: JSONLField, _ bytes: [UInt8]) {
    parts.append((field.offset, variable.count..<variable.count + bytes.count))
    variable.append(contentsOf: bytes)
  }

  /// The bytes of a part; none where it has none.
  func part(at offset: Int?) -> [UInt8] {
    parts.first { $0.reference == offset }.map { Array(variable[$0.bytes]) } ?? []
  }

  mutating func noteAddress(family: UInt64, at offset: Int, byteCount: Int, place: Int) {
    addresses.append(Address(family: family, at: offset, byteCount: byteCount, place: place))
  }

  /// Fills in the families that the line leaves out.
  /// - Returns: the place of an address that is of another family than the line says.
  mutating func settleFamilies() -> Int? {
    for address in addresses {
      let family = fixed.withUnsafeBytes {
        UnsafeRawBufferPointer(rebasing: $0[address.at..<address.at + address.byteCount]).number()
      }
      if family == 0 {
        withUnsafeBytes(of: address.family.littleEndian) { source in
          for index in 0..<address.byteCount { fixed[address.at + index] = source[index] }
        }
      } else if family != address.family {
        return address.place
      }
    }
    return nil
  }

  /// Junk gives way to text.
  mutating func settleJunk() {
    for (field, bytes) in junk {
      let text = fixed[field.offset..<field.end].firstIndex(of: 0) ?? field.end
      for (at, byte) in zip((text..<field.end).reversed(), bytes.reversed()) where at > text { fixed[at] = byte }
    }
  }

  /// The fixed part, to fill in what the line hasn't.
  mutating func change<Layout: BitwiseCopyable>(_ type: Layout.Type, _ body: (inout Layout) -> Void) {
    guard MemoryLayout<Layout>.size <= fixed.count else { return }
    fixed.withUnsafeMutableBytes { bytes in
      var value = bytes.loadUnaligned(as: Layout.self)
      body(&value)
      bytes.storeBytes(of: value, as: Layout.self)
    }
  }

  var byteCount: Int { (known ?? layout.byteCount) + more.count + variable.count + (padding?.count ?? 0) }

  /// Replaces what `record` holds.
  func write(kind: UInt16, to record: inout [UInt8]) {
    record.removeAll(keepingCapacity: true)
    record.append(contentsOf: fixed.prefix(known ?? .max))
    record.append(contentsOf: more)
    let start = record.count
    record.append(contentsOf: variable)
    record.append(contentsOf: padding ?? [])
    while !record.count.isMultiple(of: 8) { record.append(0) }
    let size = record.count
    record.withUnsafeMutableBytes { bytes in
      for part in parts where part.reference + MemoryLayout<sv_ref>.size <= start {
        let reference = sv_ref(
          offset: UInt32(truncatingIfNeeded: start + part.bytes.lowerBound),
          length: UInt32(truncatingIfNeeded: part.bytes.count))
        bytes.storeBytes(of: reference, toByteOffset: part.reference, as: sv_ref.self)
      }
      bytes.storeBytes(of: UInt32(truncatingIfNeeded: size), toByteOffset: 0, as: UInt32.self)
      bytes.storeBytes(of: UInt16(truncatingIfNeeded: start), toByteOffset: 4, as: UInt16.self)
      bytes.storeBytes(of: kind, toByteOffset: 6, as: UInt16.self)
    }
  }
}

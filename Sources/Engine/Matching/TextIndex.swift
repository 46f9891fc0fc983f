import Events
import Rules

/// Rules that can only hold when one field's text is one of several, or begins or ends with one: found in one pass over
/// the text, however many there are.
struct TextIndex: BitwiseCopyable {
  enum Part: BitwiseCopyable { case whole, start, end }

  private struct Entry: BitwiseCopyable {
    var hash: UInt64 = 0
    var text = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Empty: the place is free.
    var rules = UnsafeBufferPointer<Int32>(start: nil, count: 0)
  }

  private let field: Field
  private let key: UnsafeRawBufferPointer
  private let part: Part
  /// A power of two, at most half of it used.
  private let table: UnsafeBufferPointer<Entry>
  /// Of the texts, each once, in ascending order.
  private let lengths: UnsafeBufferPointer<Int>

  /// - Parameter rules: by text, the rules' places.
  init(_ reference: FieldReference, _ part: Part, _ rules: [[UInt8]: [Int32]], _ constants: Constants) {
    field = reference.field
    if case .key(let bytes) = reference.argument {
      key = constants.keep(bytes)
    } else {
      key = UnsafeRawBufferPointer(start: nil, count: 0)
    }
    self.part = part
    var size = 2
    while size < rules.count * 2 { size *= 2 }
    var table = [Entry](repeating: Entry(), count: size)
    for (text, rules) in rules {
      var hash = Self.basis
      for byte in part == .end ? text.reversed() : text { hash = Self.hash(hash, byte) }
      var place = Self.place(hash, in: size)
      while !table[place].rules.isEmpty { place = (place + 1) & (size - 1) }
      table[place] = Entry(hash: hash, text: constants.keep(text), rules: constants.keep(rules))
    }
    self.table = constants.keep(table)
    lengths = constants.keep(Set(rules.keys.map(\.count)).sorted())
  }

  /// Marks the rules that the event's text leaves possible.
  func mark(_ state: borrowing State, in bits: RuleBits) {
    _ = state.withText(field, key: key, of: state.event.slot) { text in
      text.withUnsafeBytes { mark($0, in: bits) }
    }
  }

  private func mark(_ text: UnsafeRawBufferPointer, in bits: RuleBits) {
    if part == .whole {
      guard lengths.contains(text.count) else { return }
      var hash = Self.basis
      for byte in text { hash = Self.hash(hash, byte) }
      return mark(text, hash, in: bits)
    }
    var hash = Self.basis
    var count = 0
    for length in lengths where length <= text.count {
      while count < length {
        hash = Self.hash(hash, text[part == .start ? count : text.count - 1 - count])
        count += 1
      }
      let start = part == .start ? 0 : text.count - length
      mark(UnsafeRawBufferPointer(rebasing: text[start..<start + length]), hash, in: bits)
    }
  }

  private func mark(_ text: UnsafeRawBufferPointer, _ hash: UInt64, in bits: RuleBits) {
    var place = Self.place(hash, in: table.count)
    while !table[place].rules.isEmpty {
      if table[place].hash == hash, table[place].text.count == text.count, table[place].text.elementsEqual(text) {
        return bits.insert(table[place].rules)
      }
      place = (place + 1) & (table.count - 1)
    }
  }

  // FNV-1a. Who chooses the bytes of an event can make them fall on one place, but the texts of the table, a rule
  // author's, are what a search walks over.
  private static let basis: UInt64 = 0xCBF2_9CE4_8422_2325
  private static func hash(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  private static func place(_ hash: UInt64, in size: Int) -> Int {
    Int(truncatingIfNeeded: hash ^ hash >> 32) & (size - 1)
  }
}

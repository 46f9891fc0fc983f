internal import CEvents

/// Reads the values of a line into a record's draft.
struct JSONLValueReader {
  private var text: [UInt8] = []
  private var joined: [UInt8] = []
  private var key: [UInt8] = []

  /// - Parameter base: where the struct begins that has the field.
  mutating func read(
    _ field: JSONLField, _ cursor: inout JSONCursor, into draft: inout JSONLDraft, at base: Int = 0
  ) throws(JSONCursor.Fault) {
    switch field.form {
    case .unsigned: draft.store(try cursor.integer(0, Self.greatest(field)), field, at: base)
    case .signed: draft.store(try cursor.integer(Int64(Int32.min), UInt64(Int32.max)), field, at: base)
    case .named(let names): draft.store(try word(names, field, &cursor), field, at: base)
    case .flags(let names): draft.store(try flags(names, field, &cursor), field, at: base)
    case .text:
      _ = cursor.peek()
      let place = cursor.at
      try readText(&cursor)
      guard text.count <= field.byteCount, !text.contains(0) else {
        throw cursor.fault("expected at most \(field.byteCount) bytes, without a NUL", at: place)
      }
      draft.store(text, field, at: base)
    case .address(let family, let familyBytes):
      try readAddress(field, family: (base + family, familyBytes), &cursor, &draft, base)
    case .part:
      if cursor.takeNull() { return }
      try readText(&cursor)
      draft.appendPart(field, text)
    case .list: try readList(field, &cursor, &draft)
    case .standardStreams: try readStandardStreams(field, &cursor, &draft)
    case .counters: try readCounters(field, &cursor, &draft)
    }
  }

  mutating func hex(_ cursor: inout JSONCursor) throws(JSONCursor.Fault) -> [UInt8] {
    _ = cursor.peek()
    let place = cursor.at
    try cursor.string(into: &text)
    guard let bytes = HexText.decoded(text) else { throw cursor.fault("expected pairs of hexadecimal digits", at: place) }
    return bytes
  }

  func hint(_ name: String, among names: [String]) -> String {
    NearestName.hint(name, among: names).map { "; \($0)" } ?? ""
  }

  private static func greatest(_ field: JSONLField) -> UInt64 {
    field.byteCount >= 8 ? .max : (1 << UInt64(field.byteCount * 8)) - 1
  }

  /// A number, or a word for it.
  private mutating func word(
    _ names: JSONLNames, _ field: JSONLField, _ cursor: inout JSONCursor
  ) throws(JSONCursor.Fault) -> UInt64 {
    guard cursor.peek() == UInt8(ascii: "\"") else { return try cursor.integer(0, Self.greatest(field)) }
    let place = cursor.at
    try cursor.string(into: &text)
    if let number = text.withUnsafeBytes({ names.number(of: $0) }), number <= Self.greatest(field) { return number }
    let name = String(decoding: text, as: UTF8.self)
    let words = names.words.map(\.word.description)
    let hint = NearestName.hint(name, among: words) ?? "expected a number, or one of \(words.joined(separator: ", "))"
    throw cursor.fault("unknown \(field.name) \(DisplayText.quoted(name)); \(hint)", at: place)
  }

  private mutating func flags(
    _ names: JSONLNames, _ field: JSONLField, _ cursor: inout JSONCursor
  ) throws(JSONCursor.Fault) -> UInt64 {
    guard cursor.peek() == UInt8(ascii: "[") else { return try cursor.integer(0, Self.greatest(field)) }
    var flags: UInt64 = 0
    try cursor.list { (cursor) throws(JSONCursor.Fault) in flags |= try word(names, field, &cursor) }
    return flags
  }

  /// A string, or an object with one where bytes are escaped, into ``text``.
  private mutating func readText(_ cursor: inout JSONCursor) throws(JSONCursor.Fault) {
    guard cursor.peek() == UInt8(ascii: "{") else {
      guard cursor.peek() == UInt8(ascii: "\"") else {
        throw cursor.fault("expected a string, or {\"escaped\": \"...\"} where it is no UTF-8")
      }
      return try cursor.string(into: &text)
    }
    var isThere = false
    var content: [UInt8] = []
    var key = key
    defer { self.key = key }
    try cursor.object(&key) { (cursor, key, place) throws(JSONCursor.Fault) in
      guard key == Array("escaped".utf8), !isThere else { throw cursor.fault("expected the key 'escaped', once", at: place) }
      isThere = true
      _ = cursor.peek()
      let place = cursor.at
      try cursor.string(into: &content)
      guard let bytes = EscapedText.unescaped(content) else {
        throw cursor.fault("expected only \\xHH, \\u{HHHH} and \\\\ behind a backslash (in JSON each is two: \\\\xff)", at: place)
      }
      content = bytes
    }
    guard isThere else { throw cursor.fault("expected the key 'escaped'") }
    text = content
  }

  private mutating func readAddress(
    _ field: JSONLField, family: (at: Int, byteCount: Int), _ cursor: inout JSONCursor, _ draft: inout JSONLDraft, _ base: Int
  ) throws(JSONCursor.Fault) {
    if cursor.takeNull() { return }
    _ = cursor.peek()
    let place = cursor.at
    try cursor.string(into: &text)
    guard let address = AddressText.bytes(String(decoding: text, as: UTF8.self)) else {
      throw cursor.fault("expected an IPv4 or IPv6 address", at: place)
    }
    draft.store(address.bytes, field, at: base)
    draft.noteAddress(family: UInt64(address.family), at: family.at, byteCount: family.byteCount, place: place)
  }

  /// Texts, each with its NUL; a null at the end takes that of the last away.
  private mutating func readList(
    _ field: JSONLField, _ cursor: inout JSONCursor, _ draft: inout JSONLDraft
  ) throws(JSONCursor.Fault) {
    if cursor.takeNull() { return }
    joined.removeAll(keepingCapacity: true)
    var isCut = false
    try cursor.list { (cursor) throws(JSONCursor.Fault) in
      if isCut { throw cursor.fault("null stands at the end of a list only") }
      if cursor.takeNull() {
        isCut = true
        _ = joined.popLast()
        return
      }
      _ = cursor.peek()
      let place = cursor.at
      try readText(&cursor)
      guard !text.contains(0) else { throw cursor.fault("a NUL would end this text: it can't stand in it", at: place) }
      joined.append(contentsOf: text)
      joined.append(0)
    }
    draft.appendPart(field, joined)
  }

  private mutating func readStandardStreams(
    _ field: JSONLField, _ cursor: inout JSONCursor, _ draft: inout JSONLDraft
  ) throws(JSONCursor.Fault) {
    var index = 0
    try cursor.list { (cursor) throws(JSONCursor.Fault) in
      guard index < 3 else { throw cursor.fault("at most three: of standard input, output and error") }
      let base = field.offset + index * JSONLLayout.standardStream.byteCount
      index += 1
      if cursor.takeNull() { return }
      try readStruct(.standardStream, &cursor, &draft, at: base)
    }
  }

  private mutating func readCounters(
    _ field: JSONLField, _ cursor: inout JSONCursor, _ draft: inout JSONLDraft
  ) throws(JSONCursor.Fault) {
    var key: [UInt8] = []
    try cursor.object(&key) { (cursor, key, place) throws(JSONCursor.Fault) in
      let name = String(decoding: key, as: UTF8.self)
      let kind = EventKind.allCases.first { $0.name == name }.map { UInt64($0.rawValue) } ?? UInt64(name)
      guard let kind, kind < UInt64(SV_KIND_STREAM.rawValue) else {
        let hint = hint(name, among: EventKind.allCases.map(\.name))
        throw cursor.fault("unknown kind \(DisplayText.quoted(name))\(hint)", at: place)
      }
      try readStruct(.counter, &cursor, &draft, at: field.offset + Int(kind) * JSONLLayout.counter.byteCount)
    }
  }

  mutating func readJunk(_ cursor: inout JSONCursor, _ draft: inout JSONLDraft) throws(JSONCursor.Fault) {
    var key: [UInt8] = []
    try cursor.object(&key) { (cursor, key, place) throws(JSONCursor.Fault) in
      let field = draft.layout.fields.first { field in key.withUnsafeBytes { field.name.equals($0) } }
      guard let field, case .text = field.form else { throw cursor.fault("expected the key of a short text: comm, tty", at: place) }
      draft.junk.append((field, try hex(&cursor)))
    }
  }

  private mutating func readStruct(
    _ layout: JSONLLayout, _ cursor: inout JSONCursor, _ draft: inout JSONLDraft, at base: Int
  ) throws(JSONCursor.Fault) {
    var key: [UInt8] = []
    try cursor.object(&key) { (cursor, key, place) throws(JSONCursor.Fault) in
      guard let field = layout.fields.first(where: { field in key.withUnsafeBytes { field.name.equals($0) } }) else {
        let name = String(decoding: key, as: UTF8.self)
        let hint = hint(name, among: layout.fields.map(\.name.description))
        throw cursor.fault("unknown key \(DisplayText.quoted(name))\(hint)", at: place)
      }
      try read(field, &cursor, into: &draft, at: base)
    }
  }
}

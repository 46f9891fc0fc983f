internal import CEvents

/// Reads lines that ``JSONLEncoder`` or a person wrote; `docs/traces.md` says what may stand in them.
struct JSONLParser {
  enum Line {
    /// ``number`` and ``record``.
    case record
    /// So many records are missing here.
    case lost(UInt64)
    /// A comment, or blank.
    case nothing
  }

  /// Longer than any record that ``JSONLEncoder`` writes.
  static let maximumLineBytes = 256 << 10

  private(set) var number: UInt64 = 0
  /// Where in the line the number stands.
  private(set) var numberPlace = 0
  private(set) var record: [UInt8] = []
  private var defaults: JSONLDefaults
  private var key: [UInt8] = []
  private var values = JSONLValueReader()

  /// - Parameter remembersProcesses: for lines that leave out what lines before them told.
  init(remembersProcesses: Bool = true) { defaults = JSONLDefaults(remembersProcesses: remembersProcesses) }

  /// - Parameter line: without its end.
  mutating func parse(_ line: UnsafeRawBufferPointer) throws(JSONCursor.Fault) -> Line {
    var cursor = JSONCursor(line)
    try Self.checkText(line)
    guard cursor.peek() != nil else { return .nothing }
    var head = Head()
    var draft: JSONLDraft?
    var key = key
    defer { self.key = key }
    var next = 0
    try cursor.object(&key) { (cursor, key, place) throws(JSONCursor.Fault) in
      if try head.take(key, place, &cursor) { return }
      if draft == nil {
        // The keys may come in any order; what they mean depends on the kind.
        if head.kind == nil { head.kind = try Self.findKind(line) }
        guard let kind = head.kind else {
          throw cursor.fault(Head.noKind(key), at: place)
        }
        draft = JSONLDraft(JSONLLayout.of(kind))
      }
      try takeField(key, place, &cursor, &draft, &next)
    }
    if cursor.peek() != nil { throw cursor.fault("expected the line's end") }
    return try finish(head, draft, cursor)
  }

  private mutating func takeField(
    _ key: [UInt8], _ place: Int, _ cursor: inout JSONCursor, _ draft: inout JSONLDraft?, _ next: inout Int
  ) throws(JSONCursor.Fault) {
    guard var filled = draft.take() else { return }
    let fields = filled.layout.fields
    let name = { (field: JSONLField) in key.withUnsafeBytes { field.name.equals($0) } }
    // Mostly the keys come in the order in which they are written.
    if next >= fields.count || !name(fields[next]) { next = fields.firstIndex(where: name) ?? fields.count }
    if next < fields.count {
      let field = fields[next]
      guard filled.give(next) else { throw Head.twice(key, place) }
      next += 1
      try values.read(field, &cursor, into: &filled)
    } else {
      try takeExtra(key, place, &cursor, &filled)
    }
    draft = filled
  }

  /// What a line holds of records that another version wrote.
  private mutating func takeExtra(
    _ key: [UInt8], _ place: Int, _ cursor: inout JSONCursor, _ draft: inout JSONLDraft
  ) throws(JSONCursor.Fault) {
    switch String(decoding: key, as: UTF8.self) {
    case "fixed":
      guard draft.known == nil else { throw Head.twice(key, place) }
      draft.known = Int(try cursor.integer(Int64(MemoryLayout<sv_header>.size), UInt64(draft.layout.byteCount)))
    case "more":
      guard draft.more.isEmpty else { throw Head.twice(key, place) }
      draft.more = try values.hex(&cursor)
    case "padding":
      guard draft.padding == nil else { throw Head.twice(key, place) }
      draft.padding = try values.hex(&cursor)
    case "junk":
      guard draft.junk.isEmpty else { throw Head.twice(key, place) }
      try values.readJunk(&cursor, &draft)
    case let name:
      let names = draft.layout.fields.map(\.name.description) + Head.names + ["fixed", "more", "padding", "junk"]
      throw cursor.fault("unknown key \(DisplayText.quoted(name))\(values.hint(name, among: names))", at: place)
    }
  }

  private mutating func finish(
    _ head: Head, _ draft: consuming JSONLDraft?, _ cursor: JSONCursor
  ) throws(JSONCursor.Fault) -> Line {
    if let lost = head.lost {
      guard head.isOnlyLoss, draft == nil else { throw cursor.fault("'lost' stands on a line of its own", at: 0) }
      return .lost(lost)
    }
    if let bytes = head.bytes {
      guard head.kind == nil, draft == nil else {
        throw cursor.fault("'bytes' are the whole record: no other key but 'number' can stand beside it", at: head.bytesPlace)
      }
      do throws(RecordError) {
        _ = try Record(number: 0, bytes: bytes.span.bytes)
        // The header says it all: nothing may follow.
        guard bytes.count == Int(try Record(number: 0, bytes: bytes.span.bytes).header.size) else {
          throw .size(UInt32(truncatingIfNeeded: bytes.count), available: bytes.count)
        }
      } catch { throw cursor.fault("these bytes are no record: \(error)", at: head.bytesPlace) }
      record = bytes
    } else {
      guard let kind = head.kind else {
        if head.isEmpty { return .nothing }
        throw cursor.fault("expected a key 'kind'", at: 0)
      }
      var filled = draft ?? JSONLDraft(JSONLLayout.of(kind))
      if let place = filled.settleFamilies() {
        throw cursor.fault("the address is of another family than the line's 'family' says", at: place)
      }
      if let known = filled.known {
        guard filled.givenEnd <= known, filled.more.isEmpty else {
          throw cursor.fault("a fixed part of \(known) bytes has no room for all that the line has", at: 0)
        }
      } else if !filled.isComplete {
        defaults.fill(&filled, kind)
      }
      filled.settleJunk()
      guard filled.byteCount <= Record.maximumSize, filled.padding == nil || filled.byteCount.isMultiple(of: 8) else {
        throw cursor.fault(
          "the record would have \(filled.byteCount) bytes: at most \(Record.maximumSize), and with 'padding' a multiple of 8", at: 0)
      }
      filled.write(kind: kind.rawValue, to: &record)
    }
    number = head.number ?? defaults.nextNumber
    numberPlace = head.numberPlace
    defaults.note(number: number, record)
    return .record
  }

  private static func findKind(_ line: UnsafeRawBufferPointer) throws(JSONCursor.Fault) -> EventKind? {
    var cursor = JSONCursor(line)
    var key: [UInt8] = []
    var kind: EventKind?
    try cursor.object(&key) { (cursor, key, _) throws(JSONCursor.Fault) in
      if key == Array("kind".utf8) { kind = try Head.kind(&cursor) } else { try cursor.skipValue() }
    }
    return kind
  }

  private static func checkText(_ line: UnsafeRawBufferPointer) throws(JSONCursor.Fault) {
    let place: Int? = line.withMemoryRebound(to: UInt8.self) { bytes in
      do throws(UTF8.ValidationError) {
        _ = try UTF8Span(validating: bytes.span)
        return nil
      } catch { return error.byteOffsets.lowerBound }
    }
    guard let place else { return }
    throw JSONCursor.Fault(
      offset: place, text: "no UTF-8; in a string, such bytes are written {\"escaped\": \"\\\\xff\"}")
  }
}

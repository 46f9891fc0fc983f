internal import CEvents
internal import Glibc

/// Writes records as lines of JSON, without loss: a line that would not read back as the very bytes of its record is
/// replaced by one that holds these bytes. `docs/traces.md` says what the lines hold.
package struct JSONLEncoder: ~Copyable {
  private var check = JSONLParser(remembersProcesses: false)

  package init() {}

  /// Appends the record's line, with its line feed.
  package mutating func append(_ record: borrowing Record, to lines: inout [UInt8]) {
    let start = lines.count
    if let kind = record.kind, appendFields(of: record, kind, to: &lines), readsBack(lines[start...], record) {
      lines.append(UInt8(ascii: "\n"))
      return
    }
    lines.removeSubrange(start...)
    lines.append(contentsOf: "{\"number\":\(record.number),\"bytes\":\"".utf8)
    record.bytes.withUnsafeBytes { HexText.append($0, to: &lines) }
    lines.append(contentsOf: "\"}\n".utf8)
  }

  /// Appends a line that says that records are missing here.
  package func append(lost count: UInt64, to lines: inout [UInt8]) {
    lines.append(contentsOf: "{\"lost\":\(count)}\n".utf8)
  }

  private mutating func readsBack(_ line: ArraySlice<UInt8>, _ record: borrowing Record) -> Bool {
    guard line.count <= JSONLParser.maximumLineBytes, case .record = try? line.withUnsafeBytes({ try check.parse($0) })
    else { return false }
    return check.number == record.number
      && record.bytes.withUnsafeBytes { bytes in check.record.withUnsafeBytes { $0.elementsEqual(bytes) } }
  }

  private func appendFields(of record: borrowing Record, _ kind: EventKind, to line: inout [UInt8]) -> Bool {
    let layout = JSONLLayout.of(kind)
    let known = Int(record.header.fixed)
    line.append(contentsOf: "{\"number\":\(record.number),\"kind\":\"\(kind.name)\"".utf8)
    return record.bytes.withUnsafeBytes { bytes in
      // A cursor for what comes after the fixed part: each part begins where the one before ended.
      var end = known
      for field in layout.fields where field.end <= known && !field.isPart { append(field, in: bytes, at: 0, to: &line) }
      for field in Self.parts(layout, in: bytes, known: known) {
        let reference = bytes.loadUnaligned(fromByteOffset: field.offset, as: sv_ref.self)
        appendKey(field, to: &line)
        guard reference.offset != 0 else {
          line.append(contentsOf: "null".utf8)
          continue
        }
        guard reference.offset == end, Int(reference.length) <= bytes.count - end else { return false }
        let part = bytes[end..<end + Int(reference.length)]
        end = part.endIndex
        if case .list = field.form { appendList(part, to: &line) } else { appendText(part, to: &line) }
      }
      if known < layout.byteCount { line.append(contentsOf: ",\"fixed\":\(known)".utf8) }
      if known > layout.byteCount { appendHex("more", bytes[layout.byteCount..<known], to: &line) }
      appendJunk(layout, in: bytes, known: known, to: &line)
      if bytes[end...].contains(where: { $0 != 0 }) { appendHex("padding", bytes[end...], to: &line) }
      line.append(UInt8(ascii: "}"))
      return true
    }
  }

  /// What stands in texts behind their NUL: it means nothing, but is there.
  private func appendJunk(
    _ layout: JSONLLayout, in bytes: UnsafeRawBufferPointer, known: Int, to line: inout [UInt8]
  ) {
    var isOpen = false
    for field in layout.fields where field.end <= known {
      guard case .text = field.form else { continue }
      let junk = bytes[field.offset..<field.end].drop { $0 != 0 }.drop { $0 == 0 }
      guard !junk.isEmpty else { continue }
      line.append(contentsOf: (isOpen ? "," : ",\"junk\":{").utf8)
      isOpen = true
      line.append(contentsOf: "\"\(field.name)\":\"".utf8)
      HexText.append(junk, to: &line)
      line.append(UInt8(ascii: "\""))
    }
    if isOpen { line.append(UInt8(ascii: "}")) }
  }

  /// Those in the variable part, in its order; then those that the record has not.
  private static func parts(_ layout: JSONLLayout, in bytes: UnsafeRawBufferPointer, known: Int) -> [JSONLField] {
    let parts = layout.fields.filter { $0.isPart && $0.end <= known }
    guard parts.count > 1 else { return parts }
    func place(_ field: JSONLField) -> (UInt32, UInt32) {
      let reference = bytes.loadUnaligned(fromByteOffset: field.offset, as: sv_ref.self)
      return (reference.offset == 0 ? .max : reference.offset, reference.length)
    }
    return parts.sorted { place($0) < place($1) }
  }

  // MARK: - Values

  private func appendKey(_ field: JSONLField, to line: inout [UInt8]) {
    if line.last != UInt8(ascii: "{") { line.append(UInt8(ascii: ",")) }
    line.append(UInt8(ascii: "\""))
    field.name.withUTF8Buffer { line.append(contentsOf: $0) }
    line.append(contentsOf: "\":".utf8)
  }

  /// - Parameter base: where the struct begins.
  private func append(_ field: JSONLField, in bytes: UnsafeRawBufferPointer, at base: Int, to line: inout [UInt8]) {
    let whole = UnsafeRawBufferPointer(rebasing: bytes[(base + field.offset)..<(base + field.end)])
    appendKey(field, to: &line)
    switch field.form {
    case .unsigned: line.append(contentsOf: String(whole.number()).utf8)
    case .signed: line.append(contentsOf: String(Int32(truncatingIfNeeded: whole.number())).utf8)
    case .named(let names): appendWord(whole.number(), names, to: &line)
    case .flags(let names): appendFlags(whole.number(), names, to: &line)
    case .text: appendText(whole.prefix { $0 != 0 }, to: &line)
    case .address(let family, let familyBytes):
      let at = base + family
      appendAddress(whole, family: UnsafeRawBufferPointer(rebasing: bytes[at..<at + familyBytes]).number(), to: &line)
    case .standardStreams:
      appendElements("[", "]", count: 3, bytes, at: base + field.offset, .standardStream, to: &line) { _ in nil }
    case .counters:
      appendElements(
        "{", "}", count: Int(SV_KIND_STREAM.rawValue), bytes, at: base + field.offset, .counter, to: &line
      ) { EventKind(rawValue: UInt16($0))?.name ?? String($0) }
    case .part, .list: break  // they are written after the rest
    }
  }

  private func appendWord(_ number: UInt64, _ names: JSONLNames, to line: inout [UInt8]) {
    guard let word = names.word(of: number) else { return line.append(contentsOf: String(number).utf8) }
    line.append(contentsOf: "\"\(word)\"".utf8)
  }

  private func appendFlags(_ number: UInt64, _ names: JSONLNames, to line: inout [UInt8]) {
    line.append(UInt8(ascii: "["))
    for bit in 0..<UInt64(64) where number & 1 << bit != 0 {
      if line.last != UInt8(ascii: "[") { line.append(UInt8(ascii: ",")) }
      appendWord(1 << bit, names, to: &line)
    }
    line.append(UInt8(ascii: "]"))
  }

  /// A list or object of structs, of which only what is not 0 is written.
  private func appendElements(
    _ open: StaticString, _ close: StaticString, count: Int, _ bytes: UnsafeRawBufferPointer, at start: Int,
    _ layout: JSONLLayout, to line: inout [UInt8], key: (Int) -> String?
  ) {
    open.withUTF8Buffer { line.append(contentsOf: $0) }
    var isFirst = true
    for index in 0..<count {
      let base = start + index * layout.byteCount
      let isZero = bytes[base..<base + layout.byteCount].allSatisfy { $0 == 0 }
      let name = key(index)
      if isZero, name != nil { continue }
      if !isFirst { line.append(UInt8(ascii: ",")) }
      isFirst = false
      if let name { line.append(contentsOf: "\"\(name)\":".utf8) }
      guard !isZero else {
        line.append(contentsOf: "null".utf8)
        continue
      }
      line.append(UInt8(ascii: "{"))
      for field in layout.fields where bytes[(base + field.offset)..<(base + field.end)].contains(where: { $0 != 0 }) {
        append(field, in: bytes, at: base, to: &line)
      }
      line.append(UInt8(ascii: "}"))
    }
    close.withUTF8Buffer { line.append(contentsOf: $0) }
  }

  private func appendAddress(_ address: UnsafeRawBufferPointer, family: UInt64, to line: inout [UInt8]) {
    guard let text = AddressText.text(address, family: Int32(truncatingIfNeeded: family)) else {
      return line.append(contentsOf: "null".utf8)
    }
    line.append(contentsOf: "\"\(text)\"".utf8)
  }

  private func appendList(_ list: Slice<UnsafeRawBufferPointer>, to line: inout [UInt8]) {
    line.append(UInt8(ascii: "["))
    var rest = list
    while !rest.isEmpty {
      if rest.startIndex != list.startIndex { line.append(UInt8(ascii: ",")) }
      let text = rest.prefix { $0 != 0 }
      appendText(text, to: &line)
      // The last was cut: it has no NUL.
      if text.endIndex == rest.endIndex { line.append(contentsOf: ",null".utf8) }
      rest = rest[min(text.endIndex + 1, rest.endIndex)...]
    }
    line.append(UInt8(ascii: "]"))
  }

  private func appendText(_ text: Slice<UnsafeRawBufferPointer>, to line: inout [UInt8]) {
    let bytes = UnsafeRawBufferPointer(rebasing: text)
    if Self.isText(bytes) { return JSONString.append(bytes, to: &line) }
    line.append(contentsOf: "{\"escaped\":".utf8)
    JSONString.append(EscapedText.escaped(bytes, limit: .max).utf8, to: &line)
    line.append(UInt8(ascii: "}"))
  }

  private static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.withMemoryRebound(to: UInt8.self) { (try? UTF8Span(validating: $0.span)) != nil }
  }

  private func appendHex(_ key: StaticString, _ bytes: Slice<UnsafeRawBufferPointer>, to line: inout [UInt8]) {
    line.append(contentsOf: ",\"\(key)\":\"".utf8)
    HexText.append(bytes, to: &line)
    line.append(UInt8(ascii: "\""))
  }
}

extension UnsafeRawBufferPointer {
  /// A number of the ABI, of 1 to 8 bytes, in the machine's byte order.
  func number() -> UInt64 {
    switch count {
    case 1: UInt64(self[0])
    case 2: UInt64(loadUnaligned(as: UInt16.self))
    case 4: UInt64(loadUnaligned(as: UInt32.self))
    default: loadUnaligned(as: UInt64.self)
    }
  }
}

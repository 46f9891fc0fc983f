/// Puts lists into conditions, as text: wherever a list's name stands between the text's ends, blanks, parentheses,
/// commas or `=`. An empty list takes a comma along.
struct ListExpansion {
  /// Values as they go into a text: quoted where the grammar asks for it.
  private let lists: [ArraySlice<UInt8>: [[UInt8]]]
  /// Of the site, where these are a tenant's.
  private let siteLists: [ArraySlice<UInt8>: [[UInt8]]]

  /// - Parameters:
  ///   - lists: by name; lists within lists already flattened.
  ///   - site: has more, that can't be among these.
  init(lists: [String: [String]], site: ListExpansion? = nil) {
    var table: [ArraySlice<UInt8>: [[UInt8]]] = [:]
    for (name, items) in lists { table[Array(name.utf8)[...]] = items.map(Self.written) }
    self.lists = table
    siteLists = site?.lists ?? [:]
  }

  /// - Parameter limit: bytes of the result.
  /// - Returns: nil if it would be longer.
  func expand(_ text: ConditionText, limit: Int) -> ConditionText? {
    guard text.bytes.count <= limit else { return nil }
    let bytes = text.bytes
    var result = ConditionText(start: text.place(at: 0))
    var copied = 0
    var next = 0
    var needsParentheses = false
    while next < bytes.count {
      guard !Self.isDelimiter(bytes[next]) else {
        if bytes[next] == UInt8(ascii: "(") { needsParentheses = false }
        next += 1
        continue
      }
      let word = bytes[next...].prefix { !Self.isDelimiter($0) }
      defer { needsParentheses = Self.wordsBeforeLists.contains(word) }
      guard let items = lists[word] ?? siteLists[word] else {
        next = word.endIndex
        continue
      }
      result.append(copied..<next, of: text)
      let place = text.place(at: next)
      copied = word.endIndex
      if items.isEmpty, !needsParentheses {
        copied = dropComma(before: &result, after: copied, in: bytes)
      } else {
        if needsParentheses { result.append(CollectionOfOne(UInt8(ascii: "(")), allAt: place) }
        for (index, item) in items.enumerated() {
          result.append(index == 0 ? item : [UInt8(ascii: ","), UInt8(ascii: " ")] + item, allAt: place)
          if result.bytes.count > limit { return nil }
        }
        if needsParentheses { result.append(CollectionOfOne(UInt8(ascii: ")")), allAt: place) }
      }
      next = copied
    }
    guard copied > 0 else { return text }
    result.append(copied..<bytes.count, of: text)
    return result.bytes.count > limit ? nil : result
  }

  /// The comma that follows an empty list goes, else the one before.
  /// - Returns: where the text goes on.
  private func dropComma(before result: inout ConditionText, after end: Int, in bytes: [UInt8]) -> Int {
    let following = bytes[end...].firstIndex { !ConditionScanner.isBlank($0) }
    if let following, bytes[following] == UInt8(ascii: ",") { return following + 1 }
    if let last = result.bytes.lastIndex(where: { !ConditionScanner.isBlank($0) }), result.bytes[last] == UInt8(ascii: ",") {
      result.removeLast(downTo: last)
    }
    return end
  }

  /// `in name` means `in (name)`.
  private static let wordsBeforeLists: Set<ArraySlice<UInt8>> = Set(
    (["in", "intersects", "pmatch"] + ConditionParser.Quantifier.allCases.map(\.rawValue)).map { Array($0.utf8)[...] })

  private static func isDelimiter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: "="): true
    default: ConditionScanner.isBlank(byte)
    }
  }

  static func written(_ item: String) -> [UInt8] {
    let bytes = Array(item.utf8)
    if let first = bytes.first, first == UInt8(ascii: "\"") || first == UInt8(ascii: "'"), bytes.count > 1, bytes.last == first {
      return bytes
    }
    guard bytes.isEmpty || !bytes.allSatisfy(ConditionScanner.isBare) else { return bytes }
    var quoted = [UInt8(ascii: "\"")]
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
      case 0x0A: quoted += Array("\\n".utf8)
      default: quoted.append(byte)
      }
    }
    return quoted + [UInt8(ascii: "\"")]
  }
}

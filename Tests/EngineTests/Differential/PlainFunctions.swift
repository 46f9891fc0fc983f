import Rules

/// What functions of fields come to.
extension PlainEvaluator {
  /// nil: absent.
  func text(_ expression: Expression, _ event: PlainEvent, of tried: Int) -> [UInt8]? {
    switch expression {
    case .field(let field): return text(field, event, of: tried)
    case .constant(let bytes): return bytes
    case .lower(let inner): return text(inner, event, of: tried).map { $0.map(Self.lower) }
    case .upper(let inner): return text(inner, event, of: tried).map { $0.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 } }
    case .decoded(let inner): return text(inner, event, of: tried).flatMap(Self.decoded)
    case .basename(let inner): return text(inner, event, of: tried).map { $0.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last.map(Array.init) ?? [] }
    case .joined(let parts, let separator):
      var texts: [[UInt8]] = []
      for part in parts {
        guard let text = text(part, event, of: tried) else { return nil }
        texts.append(text)
      }
      return Array(texts.joined(separator: separator))
    case .options(let search):
      guard let letter = search.selected else { preconditionFailure("a list: \(expression)") }
      return options(search, event, of: tried)?.last { $0.letter == letter }?.values.last
    case .length: preconditionFailure("a number: \(expression)")
    }
  }

  /// nil: absent.
  func number(_ expression: Expression, _ event: PlainEvent, of tried: Int) -> Int64? {
    switch expression {
    case .field(let field): number(field, event, of: tried)
    case .length(let inner): text(inner, event, of: tried).map { Int64($0.count) }
    default: preconditionFailure("no number: \(expression)")
    }
  }

  /// Empty: absent.
  func texts(_ expression: Expression, _ event: PlainEvent, of tried: Int) -> [[UInt8]] {
    guard case .options(let search) = expression else { preconditionFailure("no list: \(expression)") }
    return options(search, event, of: tried)?.flatMap(\.values) ?? []
  }

  /// Characters as six binary digits each, of which each eight are a byte.
  private static func decoded(_ text: [UInt8]) -> [UInt8]? {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    if padding > 2 || padding > 0 && text.count % 4 != 0 { return nil }
    var digits = ""
    for character in text.dropLast(padding) {
      guard let value = alphabet.firstIndex(of: character) else { return nil }
      let binary = String(value, radix: 2)
      digits += String(repeating: "0", count: 6 - binary.count) + binary
    }
    if digits.count % 8 >= 6 { return nil }
    var bytes: [UInt8] = []
    while digits.count >= 8 {
      bytes.append(UInt8(digits.prefix(8), radix: 2) ?? 0)
      digits = String(digits.dropFirst(8))
    }
    return bytes
  }

  // MARK: - getopt()

  private struct Option {
    let letter: UInt8?
    /// What a list has of it.
    let values: [[UInt8]]
  }

  /// nil: the arguments are absent.
  private func options(_ search: OptionSearch, _ event: PlainEvent, of tried: Int) -> [Option]? {
    switch search.source {
    case .commandLine(let field): return arguments(field, event, of: tried).map { Self.options(search.letters, $0) }
    case .words(let inner):
      return text(inner, event, of: tried).map { Self.options(search.letters, $0.split { " \t\n".utf8.contains($0) }.map(Array.init)) }
    case .list(let parts):
      var arguments: [[UInt8]] = []
      for part in parts {
        guard let text = text(part, event, of: tried) else { return nil }
        arguments.append(text)
      }
      return Self.options(search.letters, arguments)
    }
  }

  private static func options(_ letters: [UInt8], _ arguments: [[UInt8]]) -> [Option] {
    let (dash, colon) = (UInt8(ascii: "-"), UInt8(ascii: ":"))
    var found: [Option] = []
    var left = arguments[...]
    while let argument = left.popFirst() {
      if argument == [dash, dash] || argument == [dash] || argument.first != dash { break }
      if argument[1] == dash { continue }
      var cluster = argument.dropFirst()
      while let letter = cluster.popFirst() {
        guard letter != colon, let place = letters.firstIndex(of: letter) else {
          found.append(Option(letter: nil, values: [[UInt8(ascii: "?")]]))
          continue
        }
        guard letters.dropFirst(place + 1).first == colon else {
          found.append(Option(letter: letter, values: [[letter]]))
          continue
        }
        if !cluster.isEmpty {
          found.append(Option(letter: letter, values: [[letter], Array(cluster)]))
        } else if let next = left.popFirst() {
          found.append(Option(letter: letter, values: [[letter], next]))
        } else {
          found.append(Option(letter: letter, values: [[]]))
        }
        break
      }
    }
    return found
  }
}

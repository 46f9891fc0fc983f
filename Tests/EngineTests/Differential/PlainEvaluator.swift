import Events
import Glibc
import Rules

/// What a rule language's reference says of a predicate and an event, as directly as it can be written: every predicate is
/// tried on every event, by the C library where it has the comparison.
struct PlainEvaluator {
  let processes: [PlainProcess]

  func holds(_ program: Program, _ predicates: [Predicate], _ event: PlainEvent) -> Bool {
    program.run { holds(predicates[$0], event) }
  }

  func holds(_ predicate: Predicate, _ event: PlainEvent) -> Bool {
    let field = predicate.field.field
    switch (predicate.test, field.description.type) {
    case (.isKind(let kinds), _): return kinds.contains(event.kind)
    case (.ofExpression(let subject, .related(let relation, let other)), _):
      return tried(predicate.field, event).contains { tried in
        if subject.isNumber {
          guard let one = number(subject, event, of: tried), let two = number(other, event, of: tried) else { return false }
          return Self.holds(relation, one, two)
        }
        guard let one = text(subject, event, of: tried), let two = text(other, event, of: tried) else { return false }
        return Self.holds(relation, one, two)
      }
    case (.ofExpression(let subject, let test), _):
      return tried(predicate.field, event).contains { tried in
        if subject.isNumber { return number(subject, event, of: tried).map { Self.holds(test, $0) } ?? false }
        if subject.isList { return Self.holds(test, texts(subject, event, of: tried)) }
        return text(subject, event, of: tried).map { Self.holds(test, $0) } ?? false
      }
    case (let test, .string) where field.description.cardinality == .list:
      let values = values(field, event)
      switch test {
      case .exists, .allIn, .anyIn: return Self.holds(test, values)
      default: return values.contains { Self.holds(test, $0) }
      }
    case (let test, .string):
      return tried(predicate.field, event).contains { tried in
        text(predicate.field, event, of: tried).map { Self.holds(test, $0) } ?? false
      }
    case (let test, .port) where field.description.cardinality == .ends:
      let ports = ports(field, event)
      if case .notEqualsInteger = test { return !ports.isEmpty && ports.allSatisfy { Self.holds(test, $0) } }
      return ports.contains { Self.holds(test, $0) }
    case (let test, .integer), (let test, .port):
      return tried(predicate.field, event).contains { tried in
        number(predicate.field, event, of: tried).map { Self.holds(test, $0) } ?? false
      }
    case (let test, .boolean): return boolean(field, event).map { Self.holds(test, $0) } ?? false
    case (let test, .address):
      let ends = ends(field, event).map(\.bytes)
      switch test {
      case .exists: return !ends.isEmpty
      case .isInNetworks(let networks): return ends.contains { end in networks.contains { Self.contains($0, end) } }
      case .isNotInNetworks(let networks):
        return !ends.isEmpty && ends.allSatisfy { end in !networks.contains { Self.contains($0, end) } }
      default: preconditionFailure("not generated: \(predicate)")
      }
    }
  }

  // MARK: - Comparisons

  private static func holds(_ test: Predicate.Test, _ text: [UInt8]) -> Bool {
    switch test {
    case .exists: true
    case .equals(let value): text == value
    case .notEquals(let value): text != value
    case .isIn(let values): values.contains(text)
    case .contains(let value): contains(text, value)
    case .containsIgnoringCase(let value): contains(text.map(lower), value.map(lower))
    case .startsWith(let value): text.starts(with: value)
    case .endsWith(let value): text.reversed().starts(with: value.reversed())
    case .glob(let glob): fnmatch(string(glob.pattern), string(text), glob.ignoresCase ? ignoringCase : 0) == 0
    case .regex(let regex): matches(text, regex)
    case .equalsIgnoringCase(let value): text.map(lower) == value.map(lower)
    case .startsWithIgnoringCase(let value): text.map(lower).starts(with: value.map(lower))
    case .endsWithIgnoringCase(let value): text.map(lower).reversed().starts(with: value.map(lower).reversed())
    case .wildcard(let wildcard):
      fits(wildcard.ignoresCase ? text.map(lower)[...] : text[...], wildcard.elements[...])
    case .pathPrefix(let paths): paths.paths.contains { isBelow(text, $0) }
    case .ordered(let order, let value): order.holds(Int(strcmp(string(text), string(value))), 0)
    default: preconditionFailure("not generated: \(test)")
    }
  }

  /// Of a list.
  private static func holds(_ test: Predicate.Test, _ texts: [[UInt8]]) -> Bool {
    switch test {
    case .exists: !texts.isEmpty
    case .allIn(let values): !texts.isEmpty && texts.allSatisfy(values.contains)
    case .anyIn(let values): texts.contains(where: values.contains)
    default: preconditionFailure("not generated: \(test)")
    }
  }

  private static func holds(_ test: Predicate.Test, _ value: Bool) -> Bool {
    switch test {
    case .exists: true
    case .equalsBoolean(let wanted): value == wanted
    case .notEqualsBoolean(let wanted): value != wanted
    default: preconditionFailure("not generated: \(test)")
    }
  }

  private static func holds(_ relation: Predicate.Relation, _ one: Int64, _ two: Int64) -> Bool {
    switch relation {
    case .equals: holds(.equalsInteger(two), one)
    case .notEquals: holds(.notEqualsInteger(two), one)
    case .ordered(let order): holds(.orderedInteger(order, two), one)
    case .contains, .containsIgnoringCase, .startsWith, .endsWith: preconditionFailure("of texts only: \(relation)")
    }
  }

  private static func holds(_ relation: Predicate.Relation, _ one: [UInt8], _ two: [UInt8]) -> Bool {
    switch relation {
    case .equals: holds(.equals(two), one)
    case .notEquals: holds(.notEquals(two), one)
    case .contains: holds(.contains(two), one)
    case .containsIgnoringCase: holds(.containsIgnoringCase(two), one)
    case .startsWith: holds(.startsWith(two), one)
    case .endsWith: holds(.endsWith(two), one)
    case .ordered(let order): holds(.ordered(order, two), one)
    }
  }

  private static func holds(_ test: Predicate.Test, _ number: Int64) -> Bool {
    switch test {
    case .exists: true
    case .equalsInteger(let value): number == value
    case .notEqualsInteger(let value): number != value
    case .isInIntegers(let values): values.contains(number)
    case .orderedInteger(let order, let value): order.holds(number, value)
    default: preconditionFailure("not generated: \(test)")
    }
  }

  /// FNM_CASEFOLD, which is GNU's and not imported.
  private static let ignoringCase: CInt = 1 << 4

  /// For the C library.
  private static func string(_ bytes: [UInt8]) -> [CChar] {
    precondition(!bytes.contains(0), "no text that is generated has a NUL: \(bytes)")
    return bytes.map { CChar(bitPattern: $0) } + [0]
  }

  static func lower(_ byte: UInt8) -> UInt8 { UInt8(truncatingIfNeeded: tolower(CInt(byte))) }

  private static func contains(_ text: [UInt8], _ value: [UInt8]) -> Bool {
    guard value.count <= text.count else { return false }
    let (count, last) = (value.count, text.count - value.count)
    return text.withUnsafeBytes { text in
      value.withUnsafeBytes { value in
        guard let text = text.baseAddress, let value = value.baseAddress else { return true }
        return (0...last).contains { memcmp(text + $0, value, count) == 0 }
      }
    }
  }

  private static func fits(_ text: ArraySlice<UInt8>, _ elements: ArraySlice<Wildcard.Element>) -> Bool {
    guard let element = elements.first else { return text.isEmpty }
    let rest = elements.dropFirst()
    switch element {
    case .byte(let byte): return text.first == byte && fits(text.dropFirst(), rest)
    case .anyRun: return fits(text, rest) || !text.isEmpty && fits(text.dropFirst(character(text)), elements)
    case .anyCharacter: return !text.isEmpty && fits(text.dropFirst(character(text)), rest)
    }
  }

  /// Bytes of the first character, or of what would begin one.
  private static func character(_ text: ArraySlice<UInt8>) -> Int {
    var parser = UTF8.ForwardParser()
    var bytes = text.makeIterator()
    return switch parser.parseScalar(from: &bytes) {
    case .valid(let encoded): encoded.count
    case .error(let length): length
    case .emptyInput: 0
    }
  }

  /// By the C library's POSIX expressions, anchored as the rule language has it.
  private static func matches(_ text: [UInt8], _ regex: RegularExpression) -> Bool {
    var compiled = regex_t()
    let pattern = Array("^(".utf8) + regex.pattern + Array(")$".utf8)
    guard regcomp(&compiled, string(pattern), REG_EXTENDED | REG_NOSUB) == 0 else { preconditionFailure("\(regex)") }
    defer { regfree(&compiled) }
    return regexec(&compiled, string(text), 0, nil, 0) == 0
  }

  private static func isBelow(_ text: [UInt8], _ path: [UInt8]) -> Bool {
    let slash = UInt8(ascii: "/")
    guard !text.isEmpty, (text.first == slash) == (path.first == slash) else { return false }
    let parts = text.split(separator: slash)
    let wanted = path.split(separator: slash)
    guard wanted.count <= parts.count, path.first == slash || !wanted.isEmpty else { return false }
    return zip(wanted, parts).allSatisfy { fnmatch(string(Array($0)), string(Array($1)), 0) == 0 }
  }

  private static func contains(_ network: Network, _ address: [UInt8]) -> Bool {
    guard (network.family == .v4) == (address.count == 4) else { return false }
    for bit in 0..<network.prefixLength {
      let word = bit < 64 ? network.high : network.low
      let wanted = word >> UInt64(63 - bit % 64) & 1
      if UInt64(address[bit / 8] >> UInt8(7 - bit % 8) & 1) != wanted { return false }
    }
    return true
  }
}

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
    if case .isKind(let kinds) = predicate.test { return kinds.contains(event.kind) }
    switch predicate.field.field.description.type {
    case .string: return texts(predicate.field, event).contains { Self.holds(predicate.test, $0) }
    case .integer: return numbers(predicate.field.field, event).contains { Self.holds(predicate.test, $0) }
    case .port:
      let ports = numbers(predicate.field.field, event)
      if case .notEqualsInteger = predicate.test { return !ports.isEmpty && ports.allSatisfy { Self.holds(predicate.test, $0) } }
      return ports.contains { Self.holds(predicate.test, $0) }
    case .address:
      let ends = ends(predicate.field.field, event).map(\.bytes)
      switch predicate.test {
      case .exists: return !ends.isEmpty
      case .isInNetworks(let networks): return ends.contains { end in networks.contains { Self.contains($0, end) } }
      case .isNotInNetworks(let networks):
        return !ends.isEmpty && ends.allSatisfy { end in !networks.contains { Self.contains($0, end) } }
      default: return unknown(predicate)
      }
    case .boolean: return unknown(predicate)
    }
  }

  private func unknown(_ predicate: Predicate) -> Bool { preconditionFailure("not generated: \(predicate)") }

  // MARK: - Values

  /// None if absent; several of ancestors.
  private func texts(_ reference: FieldReference, _ event: PlainEvent) -> [[UInt8]] {
    let process = processes[event.process]
    let parent = process.parent.map { processes[$0].bytes }
    let found: [[UInt8]?] =
      switch reference.field {
      case .processName: [process.bytes.comm]
      case .processExe: [process.bytes.exe]
      case .processExePath: [process.bytes.exePath]
      case .processArgs: [process.bytes.args]
      case .processCommandLine: [process.bytes.commandLine]
      case .parentName: [parent?.comm]
      case .parentExePath: [parent?.exePath]
      case .ancestorName: ancestors(reference, event).map(\.bytes.comm)
      case .ancestorExePath: ancestors(reference, event).map(\.bytes.exePath)
      case .ancestorCommandLine: ancestors(reference, event).map(\.bytes.commandLine)
      case .processEnvironment:
        if case .key(let name) = reference.argument {
          [process.env[String(decoding: name, as: UTF8.self)].map { Array($0.utf8) }]
        } else {
          []
        }
      case .fdProtocol: [event.isSocket ? Array("tcp".utf8) : nil]
      default: preconditionFailure("not generated: \(reference.name)")
      }
    return found.compactMap { $0 }
  }

  private func ancestors(_ reference: FieldReference, _ event: PlainEvent) -> [PlainProcess] {
    var chain: [PlainProcess] = []
    var next: Int? = event.process
    while let index = next {
      chain.append(processes[index])
      next = processes[index].parent
    }
    if case .index(let index) = reference.argument { return index < chain.count ? [chain[index]] : [] }
    return Array(chain.dropFirst())
  }

  private func numbers(_ field: Field, _ event: PlainEvent) -> [Int64] {
    switch field {
    case .userID: [Int64(event.uid)]
    case .fdPort, .serverPort, .clientPort, .localPort, .remotePort:
      ends(field, event).map { Int64($0.port) }.filter { $0 != 0 }
    default: preconditionFailure("not generated: \(field)")
    }
  }

  private func ends(_ field: Field, _ event: PlainEvent) -> [PlainEvent.End] {
    let ends: [PlainEvent.End?] =
      switch field {
      case .fdIP, .fdNet, .fdPort: [event.local, event.remote]
      case .serverIP, .serverNet, .serverPort: [event.server]
      case .clientIP, .clientNet, .clientPort: [event.client]
      case .localIP, .localNet, .localPort: [event.local]
      case .remoteIP, .remoteNet, .remotePort: [event.remote]
      default: preconditionFailure("not generated: \(field)")
      }
    return ends.compactMap { $0 }
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

  /// No generated text has a NUL.
  private static func string(_ bytes: [UInt8]) -> [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

  private static func lower(_ byte: UInt8) -> UInt8 { UInt8(truncatingIfNeeded: tolower(CInt(byte))) }

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
    case .anyRun: return fits(text, rest) || !text.isEmpty && fits(text.dropFirst(), elements)
    case .anyCharacter: return !text.isEmpty && fits(text.dropFirst().drop { $0 & 0xC0 == 0x80 }, rest)
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

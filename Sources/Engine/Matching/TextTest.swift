import Glibc
import Rules

/// A predicate's test of bytes.
enum TextTest: BitwiseCopyable {
  case exists
  case equals(UnsafeRawBufferPointer)
  case notEquals(UnsafeRawBufferPointer)
  case isIn(ByteStringSet)
  case contains(Needle)
  case startsWith(UnsafeRawBufferPointer)
  case endsWith(UnsafeRawBufferPointer)
  case glob(UnsafePointer<Glob>)
  /// Beside it what it needs one of; nothing: it may need none.
  case regex(UnsafePointer<RegularExpression>, UnsafeBufferPointer<Needle>)
  case equalsIgnoringCase(UnsafeRawBufferPointer)
  case startsWithIgnoringCase(UnsafeRawBufferPointer)
  case endsWithIgnoringCase(UnsafeRawBufferPointer)
  case wildcard(UnsafePointer<Wildcard>)
  case pathPrefix(UnsafePointer<PathPrefixes>)
  case less(UnsafeRawBufferPointer)
  case lessOrEqual(UnsafeRawBufferPointer)
  case greater(UnsafeRawBufferPointer)
  case greaterOrEqual(UnsafeRawBufferPointer)

  /// nil: a test of another type.
  init?(_ test: Predicate.Test, _ constants: Constants) {
    switch test {
    case .exists: self = .exists
    case .equals(let value): self = .equals(constants.keep(value))
    case .notEquals(let value): self = .notEquals(constants.keep(value))
    case .isIn(let values): self = .isIn(ByteStringSet(values, constants))
    case .contains(let value): self = .contains(Needle(value, constants))
    case .containsIgnoringCase(let value): self = .contains(Needle(value, ignoresCase: true, constants))
    case .startsWith(let value): self = .startsWith(constants.keep(value))
    case .endsWith(let value): self = .endsWith(constants.keep(value))
    case .glob(let glob): self = .glob(constants.keep(glob))
    case .regex(let regex):
      let literals = regex.necessaryLiterals ?? []
      self = .regex(
        constants.keep(regex),
        constants.keep(literals.count > Self.needles ? [] : literals.map { Needle($0, ignoresCase: true, constants) }))
    case .equalsIgnoringCase(let value): self = .equalsIgnoringCase(constants.keep(value))
    case .startsWithIgnoringCase(let value): self = .startsWithIgnoringCase(constants.keep(value))
    case .endsWithIgnoringCase(let value): self = .endsWithIgnoringCase(constants.keep(value))
    case .wildcard(let wildcard): self = .wildcard(constants.keep(wildcard))
    case .pathPrefix(let paths): self = .pathPrefix(constants.keep(paths))
    case .ordered(.less, let value): self = .less(constants.keep(value))
    case .ordered(.lessOrEqual, let value): self = .lessOrEqual(constants.keep(value))
    case .ordered(.greater, let value): self = .greater(constants.keep(value))
    case .ordered(.greaterOrEqual, let value): self = .greaterOrEqual(constants.keep(value))
    default: return nil
    }
  }

  func holds(_ text: RawSpan) -> Bool {
    switch self {
    case .exists: true
    case .equals(let value): text.byteCount == value.count && Self.compare(text, value, value.count) == 0
    case .notEquals(let value): text.byteCount != value.count || Self.compare(text, value, value.count) != 0
    case .isIn(let values): values.contains(text)
    case .contains(let needle): needle.isFound(in: text)
    case .startsWith(let value): text.byteCount >= value.count && Self.compare(text, value, value.count) == 0
    case .endsWith(let value):
      text.byteCount >= value.count
        && Self.compare(text.extracting(last: value.count), value, value.count) == 0
    case .glob(let glob): glob.pointee.matches(text)
    case .regex(let regex, let needles): Self.mayHold(needles, text) && regex.pointee.matches(text)
    case .equalsIgnoringCase(let value): text.byteCount == value.count && Self.isAlike(text, value)
    case .startsWithIgnoringCase(let value): text.byteCount >= value.count && Self.isAlike(text, value)
    case .endsWithIgnoringCase(let value):
      text.byteCount >= value.count && Self.isAlike(text.extracting(last: value.count), value)
    case .wildcard(let wildcard): wildcard.pointee.matches(text)
    case .pathPrefix(let paths): paths.pointee.matches(text)
    case .less(let value): Self.order(text, value) < 0
    case .lessOrEqual(let value): Self.order(text, value) <= 0
    case .greater(let value): Self.order(text, value) > 0
    case .greaterOrEqual(let value): Self.order(text, value) >= 0
    }
  }

  /// More than these take longer to look for than the expression.
  private static let needles = 4

  /// One pass over the text instead of the expression's machine, as mostly it doesn't match.
  private static func mayHold(_ needles: UnsafeBufferPointer<Needle>, _ text: RawSpan) -> Bool {
    for needle in needles where needle.isFound(in: text) { return true }
    return needles.isEmpty
  }

  /// memcmp of the first `count` bytes, which both have.
  private static func compare(_ text: RawSpan, _ value: UnsafeRawBufferPointer, _ count: Int) -> CInt {
    text.withUnsafeBytes { text in
      guard let text = text.baseAddress, let value = value.baseAddress else { return 0 }
      return memcmp(text, value, count)
    }
  }

  /// Whether the text begins with the value, whose ASCII letters are in lower case; it has as many bytes at least.
  private static func isAlike(_ text: RawSpan, _ value: UnsafeRawBufferPointer) -> Bool {
    text.withUnsafeBytes { text in
      for index in 0..<value.count where Wildcard.lowercased(text[index]) != value[index] { return false }
      return true
    }
  }

  /// As strcmp orders them: unsigned bytes, a shorter string first.
  private static func order(_ text: RawSpan, _ value: UnsafeRawBufferPointer) -> Int {
    let common = compare(text, value, min(text.byteCount, value.count))
    return common != 0 ? Int(common) : text.byteCount - value.count
  }
}

import Glibc
import Rules

/// A predicate's test of bytes.
enum TextTest {
  case exists
  case equals([UInt8])
  case notEquals([UInt8])
  case isIn(ByteStringSet)
  case contains(Needle)
  case startsWith([UInt8])
  case endsWith([UInt8])
  case glob(Glob)
  case pathPrefix(PathPrefixes)
  case ordered(Predicate.Order, [UInt8])

  /// nil: a test of another type.
  init?(_ test: Predicate.Test) {
    switch test {
    case .exists: self = .exists
    case .equals(let value): self = .equals(value)
    case .notEquals(let value): self = .notEquals(value)
    case .isIn(let values): self = .isIn(ByteStringSet(values))
    case .contains(let value): self = .contains(Needle(value))
    case .containsIgnoringCase(let value): self = .contains(Needle(value, ignoresCase: true))
    case .startsWith(let value): self = .startsWith(value)
    case .endsWith(let value): self = .endsWith(value)
    case .glob(let glob): self = .glob(glob)
    case .pathPrefix(let paths): self = .pathPrefix(paths)
    case .ordered(let order, let value): self = .ordered(order, value)
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
    case .glob(let glob): glob.matches(text)
    case .pathPrefix(let paths): paths.matches(text)
    case .ordered(let order, let value): order.holds(Self.order(text, value), 0)
    }
  }

  /// memcmp of the first `count` bytes, which both have.
  private static func compare(_ text: RawSpan, _ value: [UInt8], _ count: Int) -> CInt {
    text.withUnsafeBytes { text in
      value.withUnsafeBytes { value in
        guard let text = text.baseAddress, let value = value.baseAddress else { return 0 }
        return memcmp(text, value, count)
      }
    }
  }

  /// As strcmp orders them: unsigned bytes, a shorter string first.
  private static func order(_ text: RawSpan, _ value: [UInt8]) -> Int {
    let common = compare(text, value, min(text.byteCount, value.count))
    return common != 0 ? Int(common) : text.byteCount - value.count
  }
}

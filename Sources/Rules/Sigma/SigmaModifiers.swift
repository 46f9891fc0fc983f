internal import Events

/// What stands behind a field's name: how its values are compared.
struct SigmaModifiers: Hashable, Sendable {
  enum Comparison: Hashable, Sendable {
    case whole, contains, startsWith, endsWith
    case regex(SigmaRegexFlags)
    case cidr, exists
    case ordered(Predicate.Order)
  }

  /// Changes a value before it is compared.
  enum Transformation: Hashable, Sendable {
    case dashes, base64, base64Offset
    case utf16(SigmaEncoding.ByteOrder)
  }

  var comparison = Comparison.whole
  /// In the order in which they stand.
  var transformations: [Transformation] = []
  /// All values have to hold, not one.
  var asksAll = false
  var keepsCase = false
  /// Values are names of fields, whose text or number is compared with.
  var refersToFields = false

  var isRegex: Bool {
    if case .regex = comparison { true } else { false }
  }

  static let names = [
    "contains", "startswith", "endswith", "all", "re", "i", "m", "s", "cidr", "exists", "cased", "windash", "base64",
    "base64offset", "wide", "utf16", "utf16le", "utf16be", "gt", "gte", "lt", "lte", "fieldref", "expand",
  ]
  /// The specification has them, and this version doesn't.
  private static let later: Set<String> = ["neq", "minute", "hour", "day", "week", "month", "year"]

  /// - Parameters:
  ///   - names: each with its offset in the file.
  static func parse(_ names: [(name: String, offset: Int)]) throws(SigmaError) -> SigmaModifiers {
    var result = SigmaModifiers()
    var seen: Set<String> = []
    var comparison: String?
    for (name, offset) in names {
      guard seen.insert(name).inserted else {
        throw SigmaError(at: offset, "the modifier \(DisplayText.quoted(name)) stands here twice")
      }
      if let transformation = transformation(name) {
        if let comparison, comparison != "contains", comparison != "startswith", comparison != "endswith" {
          throw SigmaError(at: offset, "'\(name)' can't follow '\(comparison)'")
        }
        result.transformations.append(transformation)
      } else if let found = Self.comparison(name) {
        if let comparison { throw SigmaError(at: offset, "'\(comparison)' and '\(name)' can't stand together") }
        comparison = name
        result.comparison = found
      } else {
        try result.take(name, offset)
      }
    }
    try result.check(comparison, names)
    return result
  }

  private mutating func take(_ name: String, _ offset: Int) throws(SigmaError) {
    switch name {
    case "all": asksAll = true
    case "cased": keepsCase = true
    case "fieldref": refersToFields = true
    case "i", "m", "s":
      guard case .regex(var flags) = comparison else {
        throw SigmaError(at: offset, "'\(name)' stands only behind 're'")
      }
      flags.insert(name == "i" ? .ignoresCase : name == "m" ? .multiline : .dotMatchesAll)
      comparison = .regex(flags)
    case "expand":
      throw SigmaError(
        at: offset, "'expand' takes values from a table of placeholders, which there is none of here",
        hint: "write the values in its place")
    case _ where Self.later.contains(name):
      throw SigmaError(.unsupported, at: offset, "the modifier '\(name)' is not supported yet")
    default:
      throw SigmaError(
        at: offset, "unknown modifier \(DisplayText.quoted(name))", hint: NearestName.hint(name, among: Self.names))
    }
  }

  private func check(_ name: String?, _ names: [(name: String, offset: Int)]) throws(SigmaError) {
    guard let offset = names.first?.offset else { return }
    if refersToFields, !transformations.isEmpty { throw SigmaError(at: offset, "'fieldref' takes fields as they are") }
    guard let name else { return }
    switch comparison {
    case .whole, .contains, .startsWith, .endsWith: return
    case .regex, .cidr, .exists, .ordered:
      if refersToFields { throw SigmaError(at: offset, "'fieldref' and '\(name)' can't stand together") }
      if !transformations.isEmpty { throw SigmaError(at: offset, "'\(name)' takes values as they are written") }
      if keepsCase { throw SigmaError(at: offset, "'cased' and '\(name)' can't stand together") }
    }
  }

  private static func comparison(_ name: String) -> Comparison? {
    switch name {
    case "contains": .contains
    case "startswith": .startsWith
    case "endswith": .endsWith
    case "re": .regex([])
    case "cidr": .cidr
    case "exists": .exists
    case "gt": .ordered(.greater)
    case "gte": .ordered(.greaterOrEqual)
    case "lt": .ordered(.less)
    case "lte": .ordered(.lessOrEqual)
    default: nil
    }
  }

  private static func transformation(_ name: String) -> Transformation? {
    switch name {
    case "windash": .dashes
    case "base64": .base64
    case "base64offset": .base64Offset
    case "wide", "utf16le": .utf16(.little)
    case "utf16be": .utf16(.big)
    case "utf16": .utf16(.marked)
    default: nil
    }
  }
}

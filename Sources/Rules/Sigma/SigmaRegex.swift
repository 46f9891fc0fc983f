/// What stands behind `re`.
struct SigmaRegexFlags: OptionSet, Hashable, Sendable {
  let rawValue: UInt8
  static let ignoresCase = SigmaRegexFlags(rawValue: 1)
  static let multiline = SigmaRegexFlags(rawValue: 2)
  static let dotMatchesAll = SigmaRegexFlags(rawValue: 4)
}

/// A value behind `re`: any part of the text may match, case counts.
enum SigmaRegex {
  static func compiled(_ value: YAMLScalar, _ flags: SigmaRegexFlags) throws(SigmaError) -> RegularExpression {
    guard !value.isNull else { throw SigmaError(at: value.start, "'re' needs a regular expression, found nothing") }
    var options = RegularExpression.Options()
    options.hasPerlSyntax = true
    options.isUnanchored = true
    options.ignoresCase = flags.contains(.ignoresCase)
    options.anchorsMatchLines = flags.contains(.multiline)
    options.dotMatchesNewline = flags.contains(.dotMatchesAll)
    let pattern = Array(value.text.utf8)
    do throws(RegularExpressionError) {
      return try RegularExpression(pattern, options: options)
    } catch {
      let reason: SigmaError.Reason =
        isOfAnotherEngine(pattern[min(error.offset, pattern.count)...]) ? .unsupported : .malformed
      throw SigmaError(
        reason, at: value.start,
        "this regular expression is no good: \(error.message), at its character \(error.offset + 1)",
        hint: reason == .unsupported ? "what takes more than linear time, as (?=...) or \\1, is not known" : nil)
    }
  }

  /// Looks around, refers back and the like: good where the rule comes from.
  private static func isOfAnotherEngine(_ rest: ArraySlice<UInt8>) -> Bool {
    if rest.starts(with: "(?".utf8) { return !rest.starts(with: "(?:".utf8) }
    return rest.first == UInt8(ascii: "\\") && rest.dropFirst().first.map(ConditionScanner.isWord) ?? false
  }
}

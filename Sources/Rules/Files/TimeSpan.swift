/// Lengths of time as files write them: `60s`, `5m`, `1h`, `1d`.
package enum TimeSpan {
  private static let units: [(Character, Int)] = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)]
  /// A year.
  static let maximumSeconds = 366 * 86_400

  /// From a second to a year. nil: something else.
  package static func seconds(_ text: String) -> Int? {
    let digits = text.dropLast()
    guard let unit = units.first(where: { $0.0 == text.last }), (1...9).contains(digits.utf8.count),
      digits.utf8.allSatisfy(ConditionScanner.isDigit), let number = Int(digits)
    else { return nil }
    let seconds = number * unit.1
    return (1...maximumSeconds).contains(seconds) ? seconds : nil
  }

  /// In the largest unit that it is a whole number of.
  package static func text(_ seconds: Int) -> String {
    let unit = units.last { seconds >= $0.1 && seconds.isMultiple(of: $0.1) } ?? ("s", 1)
    return "\(seconds / unit.1)\(unit.0)"
  }
}

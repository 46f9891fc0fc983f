extension CivilTime {
  /// Nanoseconds since 1970 of an RFC 3339 moment: `2026-11-24T08:15:00Z`, `2026-11-24 08:15:00.25+01:00`; a `Z` may be
  /// left out, and so may seconds.
  ///
  /// - Returns: nil: it is none, or not of the years 1970 to 2261.
  package static func nanoseconds(_ text: String) -> Int64? {
    var rest = text.utf8[...]
    guard let year = number(&rest, digits: 4), take("-", &rest), let month = number(&rest, digits: 2), take("-", &rest),
      let day = number(&rest, digits: 2), take("T", &rest) || take("t", &rest) || take(" ", &rest),
      let hour = number(&rest, digits: 2), take(":", &rest), let minute = number(&rest, digits: 2),
      (1970...2261).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60
    else { return nil }
    var nanoseconds: Int64 = 0
    if take(":", &rest) {
      guard let second = number(&rest, digits: 2), second < 61 else { return nil }
      nanoseconds = second * 1_000_000_000
      if take(".", &rest) {
        guard let fraction = fraction(&rest) else { return nil }
        nanoseconds += fraction
      }
    }
    guard let offsetMinutes = offset(&rest), rest.isEmpty else { return nil }
    // As CivilTime.init, the other way round: years begin in March.
    let y = month <= 2 ? year - 1 : year
    let era = y / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    let result = (days * 86_400 + hour * 3600 + (minute - offsetMinutes) * 60) * 1_000_000_000 + nanoseconds
    // The 31st of a month of 30 days is none.
    let shown = CivilTime(nanosecondsSince1970: days * 86_400_000_000_000)
    return shown.month == Int(month) && shown.day == Int(day) ? result : nil
  }

  private static func take(_ character: Character, _ rest: inout Substring.UTF8View) -> Bool {
    guard rest.first == character.asciiValue else { return false }
    rest = rest.dropFirst()
    return true
  }

  private static func number(_ rest: inout Substring.UTF8View, digits: Int) -> Int64? {
    let text = rest.prefix(digits)
    guard text.count == digits, text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    rest = rest.dropFirst(digits)
    return text.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }

  private static func fraction(_ rest: inout Substring.UTF8View) -> Int64? {
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    guard (1...9).contains(digits.count) else { return nil }
    rest = rest.dropFirst(digits.count)
    return (Array(digits) + Array(repeating: 0x30, count: 9 - digits.count)).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }

  /// Minutes east of Greenwich.
  private static func offset(_ rest: inout Substring.UTF8View) -> Int64? {
    if rest.isEmpty || take("Z", &rest) || take("z", &rest) { return 0 }
    let isEast = rest.first == UInt8(ascii: "+")
    guard take("+", &rest) || take("-", &rest), let hours = number(&rest, digits: 2), take(":", &rest),
      let minutes = number(&rest, digits: 2), hours < 24, minutes < 60
    else { return nil }
    return (isEast ? 1 : -1) * (hours * 60 + minutes)
  }
}

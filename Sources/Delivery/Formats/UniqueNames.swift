/// Names of one object: of those that a format makes the same, by cutting or by its characters, the second ends in `~2`,
/// and so on.
struct UniqueNames {
  private var taken: Set<String> = []
  private let limit: Int
  private let separator: String

  /// - Parameter limit: bytes of a name.
  init(limit: Int = .max, separator: String = "~") {
    self.limit = limit
    self.separator = separator
  }

  /// - Parameter name: ASCII where there is a limit.
  mutating func unused(_ name: String) -> String {
    var candidate = name.utf8.count <= limit ? name : String(name.prefix(limit))
    var number = 1
    while !taken.insert(candidate).inserted {
      number += 1
      let suffix = "\(separator)\(number)"
      candidate = name.prefix(limit - suffix.utf8.count) + suffix
    }
    return candidate
  }
}

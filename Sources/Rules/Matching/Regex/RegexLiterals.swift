/// Finds byte strings of which a text must contain one for a pattern to match, in lower case.
struct RegexLiterals {
  /// All that the tree matches is this, but for the case of letters.
  private var exact: [UInt8]?
  /// One of these must be in what it matches; nil: nothing is known.
  private var oneOf: [[UInt8]]?

  /// nil: the pattern needs none.
  static func necessary(_ tree: RegexTree) -> [[UInt8]]? { RegexLiterals(tree).necessary }

  private static let longest = 256
  private static let most = 64

  private var necessary: [[UInt8]]? {
    if let exact { return exact.isEmpty ? nil : [exact] }
    return oneOf
  }

  private init(_ tree: RegexTree) {
    switch tree {
    case .empty, .lineStart, .lineEnd: exact = []
    case .set(let set): exact = set.onlyByte.map { [$0] }
    case .sequence(let parts): addAll(parts.map { RegexLiterals($0) })
    case .alternatives(let parts):
      var all: [[UInt8]] = []
      for part in parts {
        guard let necessary = RegexLiterals(part).necessary, all.count + necessary.count <= Self.most else { return }
        all += necessary
      }
      oneOf = all
    case .repeated(let part, let minimum, let maximum):
      guard minimum > 0 else { return }
      let part = RegexLiterals(part)
      guard let bytes = part.exact, bytes.count * minimum <= Self.longest else {
        oneOf = part.necessary
        return
      }
      let repeated = Array((0..<minimum).map { _ in bytes }.joined())
      if minimum == maximum { exact = repeated } else { oneOf = repeated.isEmpty ? nil : [repeated] }
    }
  }

  /// Of parts one after another: what is exact runs together.
  private mutating func addAll(_ parts: [RegexLiterals]) {
    var run: [UInt8] = []
    var isExact = true
    for part in parts {
      if let bytes = part.exact, run.count + bytes.count <= Self.longest {
        run += bytes
        continue
      }
      isExact = false
      offer(run.isEmpty ? nil : [run])
      run = []
      offer(part.necessary)
    }
    if isExact { exact = run } else { offer(run.isEmpty ? nil : [run]) }
  }

  /// The longer are found less often by chance.
  private mutating func offer(_ other: [[UInt8]]?) {
    guard let other, let shortest = other.map(\.count).min(), shortest > 0 else { return }
    if shortest > oneOf?.map(\.count).min() ?? 0 { oneOf = other }
  }
}

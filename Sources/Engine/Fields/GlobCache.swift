import Rules

/// Globs that stand in a field's brackets, made when they are first asked for.
final class GlobCache {
  /// By where the pattern's bytes are.
  private var globs: [UnsafeRawPointer: Glob] = [:]

  private static let limit = 1024

  func matches(_ pattern: UnsafeRawBufferPointer, _ text: RawSpan) -> Bool {
    guard let place = pattern.baseAddress else { return false }
    if let known = globs[place], known.pattern.elementsEqual(pattern) { return known.matches(text) }
    if globs.count >= Self.limit { globs = [:] }
    let glob = Glob(Array(pattern))
    globs[place] = glob
    return glob.matches(text)
  }
}

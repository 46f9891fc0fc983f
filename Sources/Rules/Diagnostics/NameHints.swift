internal import Events

/// Nearest names among those that a policy defines. They may be a hundred thousand, as may the slips of the pen, and
/// each hint looks at all names: so that hints are given while there is room for their comparisons.
package struct NameHints {
  /// Names that may still be compared.
  private var left = 50_000

  package init() {}

  package mutating func hint(_ name: String, among candidates: @autoclosure () -> [String]) -> String? {
    guard left > 0 else { return nil }
    let candidates = candidates()
    left -= candidates.count
    return NearestName.hint(name, among: candidates)
  }
}

internal import Engine
internal import Rules

/// What was lost and not told yet: a notice a minute tells of it.
struct Untold {
  var refused: UInt64 = 0
  /// By severity.
  var dropped: [UInt8: UInt64] = [:]
  private var next: MonotonicTime?

  private static let pauseMilliseconds = 60_000

  /// nil: there is nothing to tell, or it is too early.
  mutating func take() -> Notice? {
    let now = MonotonicTime.now()
    guard refused > 0 || !dropped.isEmpty, next.map({ $0 <= now }) ?? true else { return nil }
    next = now.adding(milliseconds: Self.pauseMilliseconds)
    var parts = dropped.sorted { $0.key < $1.key }.map { "\($0.value) \(Priority(rawValue: $0.key)?.name ?? "\($0.key)")" }
    if refused > 0 { parts.append("\(refused) that found no room in memory") }
    (refused, dropped) = (0, [:])
    return Notice(
      "Alerts dropped",
      description: "The spool had no room for alerts that some sink does not have yet", priority: .critical,
      message: "Alerts dropped from the spool before every sink had them: \(parts.joined(separator: ", "))")
  }
}

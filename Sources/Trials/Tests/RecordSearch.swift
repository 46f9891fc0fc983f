package import Engine
package import Events

/// Looks in a recording for the record to explain a rule by.
package struct RecordSearch: ~Copyable {
  package enum Wanted: Sendable {
    case record(UInt64)
    /// The first that fires the rule, or else the one that comes nearest.
    case firing
    /// Of those that don't fire it, the one that comes nearest.
    case miss
  }

  private var explainer: Explainer
  private let wanted: Wanted
  /// Of the record so far that is nearest to firing.
  private var missing = Int.max

  package private(set) var explanation: Explanation?
  /// The record asked for is there, but no rule is tried on it: its kind.
  package private(set) var foundKind: String?
  /// Of the records that the trace has.
  package private(set) var numbers: ClosedRange<UInt64>?

  package init(explainer: consuming Explainer, _ wanted: Wanted) {
    self.explainer = explainer
    self.wanted = wanted
  }

  /// Reads as far as it has to.
  package mutating func read(_ reader: consuming TraceReader) -> TraceSummary {
    var isFound = false
    while !isFound {
      do throws(TraceError) {
        guard let next = try reader.next() else { break }
        isFound = take(next)
      } catch {}  // it is in the summary
    }
    return reader.summary
  }

  /// - Returns: whether that was it.
  private mutating func take(_ next: borrowing Record) -> Bool {
    let number = next.number
    numbers = min(number, numbers?.lowerBound ?? number)...max(number, numbers?.upperBound ?? number)
    if case .record(let record) = wanted {
      let explained = explainer.process(next) { _ in number == record }
      guard number == record else { return false }
      explanation = explained
      if explained == nil { foundKind = next.kind?.name ?? "unknown" }
      return true
    }
    let isMiss = if case .miss = wanted { true } else { false }
    var nearest = missing
    let explained = explainer.process(next) { verdict in
      if verdict.fires, isMiss { return false }
      guard verdict.fires || (verdict.missing ?? .max - 1) < nearest else { return false }
      nearest = verdict.missing ?? .max - 1
      return true
    }
    missing = nearest
    if let explained { explanation = explained }
    return explanation?.fires == true
  }
}

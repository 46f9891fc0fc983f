internal import ArgumentParser
internal import Engine
internal import Events

/// Looks in a trace for the record to explain a rule by.
struct RecordSearch: ~Copyable {
  private var explainer: Explainer
  private let record: UInt64?
  /// Of the record so far that is nearest to firing.
  private var missing = Int.max

  private(set) var explanation: Explanation?
  /// The record asked for is there, but no rule is tried on it: its kind.
  private(set) var foundKind: String?
  /// Of the records that the trace has.
  private(set) var numbers: ClosedRange<UInt64>?

  /// - Parameter record: nil: the first that fires, or the nearest.
  init(explainer: consuming Explainer, record: UInt64?) {
    self.explainer = explainer
    self.record = record
  }

  /// Reads as far as it has to.
  mutating func read(_ trace: String) throws -> TraceSummary {
    var reader = try Startup.trace(trace)
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
    if let record {
      let explained = explainer.process(next) { _ in number == record }
      guard number == record else { return false }
      explanation = explained
      if explained == nil { foundKind = next.kind?.name ?? "unknown" }
      return true
    }
    var nearest = missing
    let explained = explainer.process(next) { verdict in
      guard verdict.fires || (verdict.missing ?? .max - 1) < nearest else { return false }
      nearest = verdict.missing ?? .max - 1
      return true
    }
    missing = nearest
    if let explained { explanation = explained }
    return explanation?.fires == true
  }
}

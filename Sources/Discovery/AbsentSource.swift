internal import Events

/// A source that this node does not have, so that people are told.
final class AbsentSource: Informant {
  let source: FactSource

  init(_ source: FactSource) { self.source = source }

  func appeared(_ inquiry: Inquiry) {}
  func gone(_ cgroup: UInt64) {}
  func stop() {}
  var status: SourceStatus { SourceStatus(source: source, state: .absent, place: "") }
}

internal import Engine
internal import Events
internal import Rules

/// Which records of a stream are kept, so that what is kept matches as it did live: what tells of processes stays
/// whatever is asked for.
struct RecordFilter: ~Copyable {
  enum Answer {
    case keep
    /// It wasn't asked for, but tells of a process: as context, on which no rule is tried.
    case keepAsContext
    case drop
  }

  private let kinds: EventKinds
  private var condition: ConditionFilter?
  /// A command and what comes from it alone.
  private let hasSubject: Bool
  var subject: DescendantFilter?

  /// - Parameters:
  ///   - condition: a policy whose one rule has it.
  ///   - hasSubject: nothing but the stream's opening is kept until ``subject`` is there.
  init(kinds: EventKinds, condition: Policy?, hasSubject: Bool) {
    self.kinds = kinds
    self.condition = condition.map { ConditionFilter($0) }
    self.hasSubject = hasSubject
  }

  /// To be asked of every record, in order.
  mutating func answer(_ record: borrowing Record) -> Answer {
    let holds = condition?.holds(record) ?? true
    if hasSubject, record.kind != .stream, subject?.keeps(record) != true { return .drop }
    switch record.kind {
    case nil, .stream, .counters, .task, .known, .fork, .exit, .cgroup, .cgroupEnd, .facts, .mounts: return .keep
    case .exec: return holds && kinds.contains(.exec) ? .keep : .keepAsContext
    case .connect?, .connected?, .accept?, .close?, .listen?, .bind?, .send?, .socket?:
      return record.kind.map { holds && kinds.contains($0) } == true ? .keep : .drop
    }
  }
}

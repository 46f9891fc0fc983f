package import Discovery
package import Events

extension AgentState {
  /// - Parameter counters: nil: they can't be read.
  package init(records: UInt64, counters: CountersRecord?, sources: [SourceStatus]) {
    var lost = (counters?.kinds ?? [:]).reduce(into: [String: UInt64]()) { lost, kind in
      if kind.value.lost > 0 { lost[kind.key.name] = kind.value.lost }
    }
    if let missed = counters?.missed, missed > 0 { lost["missed"] = missed }
    let produced = (counters?.kinds ?? [:]).reduce(into: [String: UInt64]()) { $0[$1.key.name] = $1.value.produced }
    self.init(records: records, produced: produced, lost: lost, sources: sources.map(StatusAnswer.Source.init))
  }
}

extension StatusAnswer.Source {
  fileprivate init(_ status: SourceStatus) {
    self.init(
      name: status.source.name, state: status.state.rawValue, place: status.place, remark: status.remark,
      questions: status.questions, failures: status.failures, waiting: status.waiting)
  }
}

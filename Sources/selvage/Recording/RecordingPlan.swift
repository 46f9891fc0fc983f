internal import Events
internal import Rules

/// What is to be recorded, and where to.
struct RecordingPlan {
  var output: String
  var overwrites = false
  /// Kinds of event that are kept as such.
  var kinds = EventKinds.all
  /// A policy whose one rule has the condition.
  var condition: Policy?
  /// nil: one file.
  var series: RecordSeries.Limits?
  var trigger: Trigger.Settings?
  /// Empty: all that happens on the node.
  var command: [String] = []

  /// Kinds that have to come up for it.
  var wantedKinds: EventKinds {
    let kept = condition.map { kinds.intersection($0.kinds) } ?? kinds
    return trigger.map { kept.union($0.policy.kinds) } ?? kept
  }
}

/// How alerts fare, at one moment.
package struct DeliveryStatus: Sendable {
  package var stages: StageCounts
  /// The site's in the order of the settings, then the tenants'.
  package var sinks: [SinkStatus]

  package init(stages: StageCounts, sinks: [SinkStatus]) {
    self.stages = stages
    self.sinks = sinks
  }
}

/// How alerts fare, at one moment.
package struct DeliveryStatus: Sendable {
  package var stages: StageCounts
  /// The site's in the order of the settings, then the tenants'.
  package var sinks: [SinkStatus]

  /// nil: there is none.
  package var spool: SpoolStatus?

  package init(stages: StageCounts, sinks: [SinkStatus], spool: SpoolStatus? = nil) {
    self.stages = stages
    self.sinks = sinks
    self.spool = spool
  }
}

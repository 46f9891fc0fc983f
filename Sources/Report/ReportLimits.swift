/// What a report holds at most, so that neither a long trace nor a hostile one fills the memory of who makes it, or of
/// the browser that shows it.
package struct ReportLimits: Sendable {
  /// Alerts with details. Beyond them they are counted, and stand on the timeline.
  package var alerts = 10_000
  /// Of each rule so many have details all the same: a rule that fires late is not crowded out by one that never stops.
  package var alertsOfEachRule = 20
  /// Bytes of the alerts' details; beyond them none more has details, whatever the rule.
  package var alertBytes = 32 << 20
  /// Processes on the page: those of alerts, their ancestors and descendants.
  package var keptProcesses = 20_000
  /// Ancestors on the page, of each process with an alert.
  package var ancestors = 64
  /// Descendants on the page, of each process with an alert.
  package var descendants = 64
  /// Processes known at a time while the trace is read, so that those on the page have their ancestors and their past.
  package var processes = 1 << 16
  /// Processes that ended and are remembered a while: a shell's alert shows what the shell ran before.
  package var endedProcesses = 8192

  package init() {}
}

internal import Engine

/// A sink with what it takes alerts from, and its thread.
struct SinkLine: Sendable {
  let setting: SinkSetting
  let queue: SinkQueue
  let control: SinkControl

  /// Opens files; ``start(_:retryMilliseconds:heartbeat:)`` starts the thread.
  init(_ setting: SinkSetting, queueCapacity: Int, wanted: TenantNames?) throws(DeliveryError) {
    self.setting = setting
    queue = try SinkQueue(capacity: queueCapacity, admits: Self.admits(setting.only, wanted))
    control = try SinkControl()
  }

  /// nil: all alerts.
  private static func admits(_ filter: AlertFilter?, _ wanted: TenantNames?) -> (@Sendable (Alert) -> Bool)? {
    if filter == nil, wanted == nil { return nil }
    return { alert in wanted?.contain(alert.tenant) != false && filter?.wants(alert) != false }
  }

  var status: SinkStatus { control.status(setting, queue.counts) }

  func start(_ sink: any Sink, retryMilliseconds: Int, heartbeat: Heartbeat?) throws(DeliveryError) {
    try SinkThread.start(
      sink, feed: queue, control: control, retryMilliseconds: setting.isLocal ? 0 : retryMilliseconds,
      heartbeat: heartbeat)
  }

  func abandon() {
    if queue.counts.waiting > 0 { control.noteStopped() }
    queue.abandon()
    control.stopSignal.stop()
  }
}

internal import Engine

/// A sink with what it takes alerts from, and its thread.
struct SinkLine: Sendable {
  let setting: SinkSetting
  /// Where alerts wait if there is no spool, or if it is not for this sink.
  let queue: SinkQueue?
  let feed: any SinkFeed
  let control: SinkControl

  /// - Parameters:
  ///   - spool: nil: alerts wait in memory.
  ///   - wanted: whose alerts go there; nil: all.
  init(_ setting: SinkSetting, queueCapacity: Int, spool: Spool?, wanted: TenantNames?) throws(DeliveryError) {
    self.setting = setting
    let admits = Self.admits(setting.only, wanted)
    control = try SinkControl()
    if let spool, setting.isForSpool {
      do throws(SpoolError) {
        feed = try spool.cursor(setting.name, admits: admits)
      } catch {
        throw .setting("\(error)")
      }
      queue = nil
    } else {
      let queue = try SinkQueue(capacity: queueCapacity, admits: admits)
      self.queue = queue
      feed = queue
    }
  }

  /// nil: all alerts.
  private static func admits(_ filter: AlertFilter?, _ wanted: TenantNames?) -> (@Sendable (Alert) -> Bool)? {
    if filter == nil, wanted == nil { return nil }
    return { alert in wanted?.contain(alert.tenant) != false && filter?.wants(alert) != false }
  }

  var status: SinkStatus {
    var status = control.status(setting, feed.counts)
    status.lastError = status.lastError ?? feed.lastError
    return status
  }

  /// - Parameter retryMilliseconds: how long an alert that waits in memory is tried; one on disk is tried for ever.
  func start(_ sink: any Sink, retryMilliseconds: Int, heartbeat: Heartbeat?) throws(DeliveryError) {
    try SinkThread.start(
      sink, feed: feed, control: control,
      retryMilliseconds: queue == nil ? nil : setting.isLocal ? 0 : retryMilliseconds, heartbeat: heartbeat)
  }

  func abandon() {
    if queue != nil, feed.counts.waiting > 0 { control.noteStopped() }
    feed.abandon()
    control.stopSignal.stop()
  }
}

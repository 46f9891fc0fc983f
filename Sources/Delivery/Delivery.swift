package import Engine
internal import Synchronization

/// Takes alerts to their sinks, each with a feed and a thread of its own: one that is stuck holds up neither the others nor
/// whoever sends.
package final class Delivery: Sendable {
  private struct Line {
    let setting: SinkSetting
    let queue: SinkQueue
    let control: SinkControl

    var status: SinkStatus { control.status(setting.name, setting.confirmation, queue.counts) }

    func abandon() {
      queue.abandon()
      control.stopSignal.stop()
    }
  }

  private let lines: [Line]

  /// How long a sink tries to send one alert, when the receiver is away or takes no more: a restart of rsyslog, and some.
  package static let usualRetryMilliseconds = 5000

  /// Opens files and starts the threads. A receiver needn't be there yet.
  ///
  /// - Parameters:
  ///   - queueCapacity: alerts that may wait for each sink, 1 to 1,000,000. Sinks share an alert's memory.
  ///   - processID: PROCID of syslog messages; nil: `-`, for alerts of a replay, which no agent raised.
  ///   - retryMilliseconds: see ``usualRetryMilliseconds``.
  /// - Throws: ``DeliveryError`` when a setting can't work or a file can't be opened; nothing runs then.
  package init(
    sinks settings: [SinkSetting], queueCapacity: Int, processID: Int32? = nil,
    retryMilliseconds: Int = usualRetryMilliseconds
  ) throws(DeliveryError) {
    var sinks: [any Sink] = []
    var lines: [Line] = []
    for setting in settings {
      sinks.append(try setting.sink(processID: processID))
      lines.append(Line(setting: setting, queue: try SinkQueue(capacity: queueCapacity), control: try SinkControl()))
    }
    self.lines = lines
    do {
      for (line, sink) in zip(lines, sinks) {
        try SinkThread.start(
          sink, feed: line.queue, control: line.control,
          retryMilliseconds: line.setting.isLocal ? 0 : retryMilliseconds)
      }
    } catch {
      for line in lines { line.abandon() }
      throw error
    }
  }

  /// Without ``finish(timeoutMilliseconds:)``: what waits in memory is lost.
  deinit {
    for line in lines { line.abandon() }
  }

  /// Queues the alert for every sink, or counts it as refused where the queue is full. Neither waits nor does I/O; the
  /// lock it takes is held for no more than moving an alert or counts.
  package func send(_ alert: Alert) {
    for line in lines { line.queue.offer(alert) }
  }

  /// As ``send(_:)``, but waits where a queue is full: for alerts of a replay, which has time. One thread sends.
  package func sendWaiting(_ alert: Alert) {
    for line in lines { line.queue.offerWaiting(alert) }
  }

  /// Files are opened by their names again, each before its next alert: for whoever moved them away. Any thread.
  package func reopen() {
    for line in lines { line.control.reopen() }
  }

  /// In the order of the settings. Any thread.
  package func status() -> [SinkStatus] { lines.map(\.status) }

  /// Delivers what waits, and ends the threads; what the time did not suffice for counts as failed (one that a sink
  /// had begun may still arrive). What is sent afterwards is refused.
  ///
  /// - Parameter timeoutMilliseconds: for all sinks together; a thread that is stuck in the kernel is then left to
  ///   itself, 100 ms later at most.
  package func finish(timeoutMilliseconds: Int) -> [SinkStatus] {
    let deadline = MonotonicTime.now().adding(milliseconds: timeoutMilliseconds)
    for line in lines { line.queue.close() }
    for line in lines { line.control.end.wait(until: deadline) }
    for line in lines {
      if line.queue.counts.waiting > 0 { line.control.noteStopped() }
      line.abandon()
    }
    let last = MonotonicTime.now().adding(milliseconds: 100)
    for line in lines { line.control.end.wait(until: last) }
    return status()
  }
}

internal import Engine
internal import Events
internal import Glibc
internal import SystemPackage

/// A thread that takes alerts from a feed to a sink until the feed ends.
///
/// Unchecked: the variables are used by the thread only.
final class SinkThread: @unchecked Sendable {
  /// So many alerts go to the sink at once, at most.
  private static let batch = 256
  private static let tendingMilliseconds = 1000

  private let feed: any SinkFeed
  private let control: SinkControl
  private var sink: (any Sink)?
  private let retryMilliseconds: Int?
  private var heartbeat: Heartbeat?
  private var failures = 0
  /// When the first of what waits is given up.
  private var deadline: MonotonicTime?

  private init(_ sink: any Sink, feed: any SinkFeed, control: SinkControl, retryMilliseconds: Int?, heartbeat: Heartbeat?) {
    self.feed = feed
    self.control = control
    self.sink = sink
    self.retryMilliseconds = retryMilliseconds
    self.heartbeat = heartbeat
  }

  /// The thread is not joined, as it may be stuck in the kernel: ``SinkControl/end``.
  ///
  /// - Parameter retryMilliseconds: how long an alert is tried before it is given up; nil: for ever.
  static func start(
    _ sink: consuming any Sink, feed: any SinkFeed, control: SinkControl, retryMilliseconds: Int?, heartbeat: Heartbeat? = nil
  ) throws(DeliveryError) {
    let thread = SinkThread(
      sink, feed: feed, control: control, retryMilliseconds: retryMilliseconds, heartbeat: heartbeat)
    do throws(Errno) {
      try DetachedThread.start(blocksSignals: true) { thread.run() }
    } catch {
      throw .system(what: "pthread_create", error)
    }
  }

  private func run() {
    while true {
      switch feed.next(limit: Self.batch, until: [heartbeat?.due, tendingDue].compactMap { $0 }.min()) {
      case .alerts(let alerts): attempt(alerts)
      case .timeout: tend()
      case .ended:
        sink = nil  // closes, before the end is told
        control.end.set()
        return
      }
      beat()
    }
  }

  private func attempt(_ alerts: [OutgoingAlert]) {
    reopenIfAsked()
    var confirmed = 0
    do throws(DeliveryError) {
      try sink?.deliver(alerts, stop: control.stopSignal) { count in
        guard count > confirmed else { return }
        took(alerts[confirmed..<min(count, alerts.count)])
        feed.delivered(min(count, alerts.count) - confirmed)
        confirmed = min(count, alerts.count)
      }
      failures = 0
      deadline = nil
      if let note = sink?.takeNote() { control.note(note) }
    } catch {
      if confirmed > 0 {
        failures = 0
        deadline = nil
      }
      failed(error)
    }
  }

  private func failed(_ error: DeliveryError) {
    switch error {
    case .stopped: control.noteStopped()
    case .refused:
      control.note(error)
      feed.giveUp()
    default:
      failures += 1
      control.note(error, isRetried: true)
      sink?.failOver()
      guard let sink else { return }
      var pause = sink.awaited == nil ? sink.pace.pauseMilliseconds(after: failures) : sink.pace.longestMilliseconds
      if let retryMilliseconds {
        let deadline = self.deadline ?? MonotonicTime.now().adding(milliseconds: retryMilliseconds)
        self.deadline = deadline
        pause = min(pause, deadline.remainingMilliseconds)
        if pause == 0 {
          feed.giveUp()
          self.deadline = nil
          return
        }
      }
      _ = control.stopSignal.pause(writable: sink.awaited, milliseconds: pause)
    }
  }

  private func took(_ alerts: ArraySlice<OutgoingAlert>) {
    let now = KernelClock.boot
    for alert in alerts {
      if let raised = alert.raisedNanoseconds { control.took(nanoseconds: now >= raised ? now - raised : 0) }
    }
  }

  /// Where that fails, alerts go on to where they went, and the reason is noted.
  private func reopenIfAsked() {
    guard control.takeReopen() else { return }
    do throws(DeliveryError) { try sink?.reopen() } catch { control.note(error) }
  }

  private var tendingDue: MonotonicTime? {
    guard let sink, sink.isToBeTended else { return nil }
    let pause = failures == 0 ? Self.tendingMilliseconds : sink.pace.pauseMilliseconds(after: failures)
    return .now().adding(milliseconds: pause)
  }

  private func tend() {
    guard let sink, sink.isToBeTended else { return }
    do throws(DeliveryError) {
      try sink.tend(stop: control.stopSignal)
      failures = 0
    } catch {
      failures += 1
      control.note(error, isRetried: true)
      sink.failOver()
    }
  }

  /// One that can't be sent is not tried again: the next one tells more.
  private func beat() {
    guard let alert = heartbeat?.take(feed) else { return }
    do throws(DeliveryError) {
      try sink?.deliver([alert], stop: control.stopSignal) { _ in }
    } catch {
      control.note(error, isRetried: true)
      sink?.failOver()
    }
  }
}

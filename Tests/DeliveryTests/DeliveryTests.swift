import Delivery
import Engine
import Glibc
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct DeliveryTests {
  /// Looked at from another thread all the while.
  @Test func theCountsReconcileAtEveryMoment() throws {
    let folder = try TemporaryFolder()
    let delivery = try Delivery(
      sinks: [
        .json(path: "\(folder.path)/alerts.json"), .json(path: "/dev/full"),
        .syslogUnix(path: "\(folder.path)/none"),
      ], queueCapacity: 16, retryMilliseconds: 1)
    let total: UInt64 = 20_000
    let looks = try Thread {
      var looks = 0
      var offered: UInt64 = 0
      while offered < total {
        for status in delivery.status() {
          #expect(status.reconciles && status.waiting <= 16, "\(status)")
          offered = status.offered
        }
        looks += 1
      }
      return looks
    }
    let alert = Sample.alert()
    for _ in 0..<total { delivery.send(alert) }
    #expect(looks.wait() > 0)
    let end = delivery.finish(timeoutMilliseconds: 20_000)
    for status in end { #expect(status.reconciles && status.offered == total && status.waiting == 0, "\(status)") }
    #expect(lines(contents("\(folder.path)/alerts.json")).count == Int(end[0].delivered))
    #expect(end[0].failed == 0 && end[1].delivered == 0 && end[2].delivered == 0)
  }

  @Test func aDeliveryThatIsDroppedEndsItsThreads() throws {
    let pipe = try Pipe()
    pipe.fill()
    do {
      let delivery = try Delivery(
        sinks: [.terminal(descriptor: pipe.writeEnd, colours: false), .syslogUnix(path: "/nonexistent/log")],
        queueCapacity: 4)
      delivery.send(Sample.bare())
      #expect(delivery.status().map(\.offered) == [1, 1])
    }
    pipe.closeWriteEnd()
    #expect(eventually { pipe.isHungUp })
  }

  @Test func withoutSinksThereIsNothingToDo() throws {
    let delivery = try Delivery(sinks: [], queueCapacity: 1)
    delivery.send(Sample.bare())
    #expect(delivery.finish(timeoutMilliseconds: 0).isEmpty)
  }

  @Test func namesSayWhatASinkIs() {
    #expect(SinkSetting.terminal(descriptor: 1, colours: true).name == "terminal")
    #expect(SinkSetting.json(path: "-").name == "json to standard output")
    #expect(SinkSetting.json(path: "/a\nb").name == "json to /a\\x0ab")
    #expect(SinkSetting.syslogUnix().name == "syslog at /dev/log")
    #expect(SinkSetting.syslogUDP(host: "h").name == "syslog by UDP to h port 514")
  }
}

/// A thread that gives a result: a task might wait for one that the test blocks.
///
/// Unchecked: the result is looked at after the thread has been joined.
private final class Thread: @unchecked Sendable {
  private let body: () -> Int
  private var thread = pthread_t()
  private var result = 0

  init(_ body: @escaping @Sendable () -> Int) throws {
    self.body = body
    let number = pthread_create(&thread, nil, { context in
      guard let context else { return nil }
      let thread = Unmanaged<Thread>.fromOpaque(context).takeRetainedValue()
      thread.result = thread.body()
      return nil
    }, Unmanaged.passRetained(self).toOpaque())
    try #require(number == 0)
  }

  func wait() -> Int {
    pthread_join(thread, nil)
    return result
  }
}

import Delivery
import Engine
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct HeartbeatTests {
  @Test func aSinkHearsThatTheAgentIsAliveAndWhatItCounted() throws {
    let folder = try TemporaryFolder()
    let receiver = try DatagramReceiver(unixPath: "\(folder.path)/log")
    var setting = SinkSetting.syslogUnix(path: "\(folder.path)/log")
    setting.heartbeatSeconds = 1
    let delivery = try Delivery(sinks: [setting, .json(path: "\(folder.path)/alerts.json")], queueCapacity: 8, node: "n1")
    var counts = StageCounts()
    (counts.records, counts.lost, counts.fired, counts.held) = (70, 7, 5, 2)
    delivery.note(counts)
    delivery.send(Sample.bare())
    var messages: [String] = []
    while messages.count(where: { $0.contains("Heartbeat") }) < 3 { messages.append(try receiver.receive()) }
    let beats = messages.filter { $0.contains("Heartbeat") }
    let last = try #require(StructuredData(beats[2])?["event@32473"])
    #expect(last["heartbeat.number"] == "3" && last["heartbeat.seconds"] == "1")
    #expect(last["records"] == "70" && last["records.lost"] == "7" && last["alerts.fired"] == "5")
    #expect(last["alerts.held"] == "2" && last["alerts.sent"] == "1" && last["sink.delivered"] == "1")
    #expect(beats[2].contains(" n1 selvage "))
    // Neither an alert, nor for whoever did not ask for it.
    let end = delivery.finish(timeoutMilliseconds: 5000)
    #expect(end.map(\.delivered) == [1, 1] && lines(contents("\(folder.path)/alerts.json")).count == 1)
  }

  @Test func aReceiverThatIsAwayHearsAgainWhenItIsBack() throws {
    let folder = try TemporaryFolder()
    var setting = SinkSetting.syslogUnix(path: "\(folder.path)/log")
    setting.heartbeatSeconds = 1
    let delivery = try Delivery(sinks: [setting], queueCapacity: 8, node: "n1")
    #expect(eventually { delivery.status()[0].lastError != nil })
    let receiver = try DatagramReceiver(unixPath: "\(folder.path)/log")
    #expect(try receiver.receive().contains("Heartbeat"))
    #expect(delivery.finish(timeoutMilliseconds: 5000)[0].reconciles)
  }

  /// So that a receiver sees that the end is missing.
  @Test func itNamesTheLastAlertThatWasDelivered() throws {
    let folder = try TemporaryFolder()
    let receiver = try DatagramReceiver(unixPath: "\(folder.path)/log")
    var setting = SinkSetting.syslogUnix(path: "\(folder.path)/log")
    setting.heartbeatSeconds = 1
    let spool = try Spool(SpoolSettings(path: "\(folder.path)/spool/spool.db", maximumBytes: 1 << 20))
    let delivery = try Delivery(sinks: [setting], spool: spool, queueCapacity: 8, node: "n1")
    for _ in 0..<3 { delivery.send(Sample.bare()) }
    var received = ReceivedAlerts()
    while received.counts.alerts < 3 || received.counts.heartbeats < 2 {
      let verdict = received.receive(Array(try receiver.receive().utf8), atSeconds: 0)
      #expect(verdict.isNew && verdict.complaint == nil)
    }
    // It knows of them, and that none is missing; what a heartbeat names and did not come is.
    #expect(!received.isIncomplete && received.counts.again == 0)
    _ = delivery.finish(timeoutMilliseconds: 5000)
  }
}

@testable import Delivery
import Engine
import Glibc
import TestSupport
import Testing

/// Against librdkafka's own mock cluster, in a process of its own.
@Suite(
  .enabled(if: (try? KafkaLibrary.functions()) != nil, "needs librdkafka: apt-get install librdkafka1"),
  .timeLimit(.minutes(5)))
struct KafkaSinkTests {
  private func setting(_ peer: PeerScript, _ properties: [String: String] = [:]) throws -> KafkaSetting {
    KafkaSetting(brokers: [try peer.says("brokers")], topic: "alerts", properties: properties)
  }

  /// Ids by key, in the order of each partition.
  private func received(_ peer: PeerScript) -> [String: [String]] {
    var ids: [String: [String]] = [:]
    for message in peer.wrote("messages") {
      guard case .text(let key)? = message["key"], case .text(let value)? = message["value"],
        case .text(let id)? = JSONValue(Array(value.utf8))?["id"]
      else { continue }
      ids[key, default: []].append(id)
    }
    return ids
  }

  private func ids(_ numbers: some Sequence<Int>) -> [String] { numbers.map { "b-\($0)" } }

  @Test func alertsArriveInOrderByTheirKey() throws {
    let peer = try PeerScript("kafka.py")
    let run = try SinkRun(KafkaSink(setting(peer)))
    try run.deliver(SinkRun.alerts(1000))
    #expect(run.errors == [])
    #expect(eventually { received(peer)["node-1"]?.count == 1000 })
    #expect(received(peer) == ["node-1": ids(0..<1000)])

    var byTenant = try setting(peer)
    byTenant.key = .tenant
    let other = try SinkRun(KafkaSink(byTenant))
    let alerts = SinkRun.alerts(90).enumerated().map { index, alert in
      OutgoingAlert(Sample.alert(id: alert.alert.id, tenant: "m\(index % 3)"))
    }
    try other.deliver(alerts)
    #expect(eventually { received(peer)["m2"]?.count == 30 })
    for tenant in 0..<3 {
      #expect(received(peer)["m\(tenant)"] == ids((0..<90).filter { $0 % 3 == tenant }))
    }
  }

  /// Each once, in order, across an attempt that was given up and one that was stopped.
  @Test func aBrokerThatIsDownGetsThemLaterOnce() throws {
    let peer = try PeerScript("kafka.py")
    let run = try SinkRun(KafkaSink(setting(peer, ["reconnect.backoff.max.ms": "200"]), silenceMilliseconds: 3000))
    try run.deliver(SinkRun.alerts(10))
    peer.signal(SIGUSR1)
    _ = try peer.says("down")
    let more = SinkRun.alerts(100)
    var confirmed = 0
    #expect(throws: DeliveryError.self) {
      try run.sink.deliver(Array(more[10...]), stop: run.stopSignal) { confirmed = $0 }
    }
    #expect(confirmed == 0)
    // And one that is to stop.
    let stopped = try StopSignal()
    stopped.stop()
    #expect(throws: DeliveryError.stopped) { try run.sink.deliver(Array(more[10...]), stop: stopped) { _ in } }
    peer.signal(SIGUSR2)
    try run.deliver(Array(more[10...]))
    #expect(eventually { received(peer)["node-1"]?.count == 100 })
    #expect(received(peer) == ["node-1": ids(0..<100)])
  }

  @Test func whatIsTooLargeIsRefusedAlone() throws {
    let peer = try PeerScript("kafka.py")
    let run = try SinkRun(KafkaSink(setting(peer, ["message.max.bytes": "4000"])))
    let long = String(repeating: "x", count: 8000)
    try run.deliver(SinkRun.alerts(20) { $0 == 7 || $0 == 8 ? long : "short" })
    #expect(run.refused == ["b-7", "b-8"])
    #expect(eventually { received(peer)["node-1"]?.count == 18 })
    #expect(received(peer)["node-1"] == ids((0..<20).filter { $0 != 7 && $0 != 8 }))
  }

  @Test func itEndsWhenItIsToStop() throws {
    let run = try SinkRun(KafkaSink(KafkaSetting(brokers: ["127.0.0.1:\(FreePort.find())"], topic: "alerts")))
    run.stopSignal.stop()
    #expect(throws: DeliveryError.stopped) { try run.sink.deliver(SinkRun.alerts(3), stop: run.stopSignal) { _ in } }
  }

  @Test func wrongSettingsAreToldAtTheStart() throws {
    func problem(_ setting: KafkaSetting) -> String? {
      do { _ = try KafkaSink(setting) } catch { return error.description }
      return nil
    }
    #expect(problem(KafkaSetting(brokers: [], topic: "a")) == "Kafka needs brokers and a topic")
    #expect(problem(KafkaSetting(brokers: ["a"], topic: "a", properties: ["acks": "1"])) == "the agent says 'acks' itself")
    #expect(
      problem(KafkaSetting(brokers: ["a"], topic: "a", properties: ["aks": "1"]))
        == "librdkafka: No such configuration property: \"aks\"")
    let folder = try TemporaryFolder()
    let file = try folder.write("sasl.username=x\nsasl.password=\nwrong\n", "properties")
    #expect(
      problem(KafkaSetting(brokers: ["a"], topic: "a", propertiesFile: file))
        == "\(file), line 3: a property is a name, an equals sign and a value")
    chmod(file, 0o644)
    #expect(problem(KafkaSetting(brokers: ["a"], topic: "a", propertiesFile: file))?.hasSuffix("(chmod 600)") == true)
  }
}

internal import CRdkafka
internal import Engine

/// A topic of a Kafka cluster, by librdkafka: an alert is delivered when all replicas that are in step have it (acks=all);
/// what librdkafka sends again arrives once (the idempotent producer). After an attempt that came to nothing, what
/// librdkafka has is left with it: the next attempt waits for the same reports.
final class KafkaSink: Sink {
  private struct Outstanding {
    let id: String
    let number: Int
    var report: KafkaProducer.Report?
  }

  private static let pollMilliseconds: Int32 = 50

  private let setting: KafkaSetting
  private let silenceMilliseconds: Int
  private var producer: KafkaProducer?
  /// What the producer has, from the first that is not confirmed.
  private var outstanding: [Outstanding] = []
  /// Of the last message. From 1: a null pointer would be none.
  private var lastNumber = 0

  /// - Parameter silenceMilliseconds: so long without any report, the attempt is over.
  /// - Throws: ``DeliveryError/setting(_:)`` where librdkafka is missing, or does not take the setting.
  init(_ setting: KafkaSetting, silenceMilliseconds: Int = 10_000) throws(DeliveryError) {
    self.setting = setting
    self.silenceMilliseconds = silenceMilliseconds
    guard !setting.brokers.isEmpty, !setting.topic.isEmpty else { throw .setting("Kafka needs brokers and a topic") }
    producer = try KafkaProducer(setting)
  }

  var pace: RetryPace { .remote }

  /// Certificates and passwords may be others.
  func reopen() throws(DeliveryError) { drop() }

  func deliver(_ alerts: [OutgoingAlert], stop: StopSignal, confirm: (Int) -> Void) throws(DeliveryError) {
    // Something else was given up than what was refused.
    if !zip(alerts, outstanding).allSatisfy({ $0.alert.id == $1.id }) || outstanding.count > alerts.count { drop() }
    let producer: KafkaProducer
    if let made = self.producer { producer = made } else { producer = try KafkaProducer(setting) }
    self.producer = producer
    try produce(alerts[outstanding.count...], producer)
    var confirmed = 0
    var silence = MonotonicTime.now().adding(milliseconds: silenceMilliseconds)
    while !outstanding.isEmpty {
      let reports = producer.poll(milliseconds: Self.pollMilliseconds)
      for (number, report) in reports {
        if let index = outstanding.firstIndex(where: { $0.number == number }) { outstanding[index].report = report }
      }
      let settled = outstanding.prefix { if case .delivered = $0.report { true } else { false } }.count
      if settled > 0 {
        outstanding.removeFirst(settled)
        confirmed += settled
        confirm(confirmed)
      }
      if case .failed(let error) = outstanding.first?.report { throw failure(error, producer) }
      if let reason = producer.fatalError {
        drop()
        throw .receiver(name: name, reason: reason)
      }
      if !reports.isEmpty { silence = .now().adding(milliseconds: silenceMilliseconds) }
      guard !outstanding.isEmpty else { break }
      if stop.pause(milliseconds: 0) == .stopped { throw .stopped }
      if silence.remainingMilliseconds == 0 {
        throw .receiver(name: name, reason: producer.lastError ?? "no broker confirms")
      }
    }
  }

  private var name: String { "topic \(setting.topic)" }

  private func produce(_ alerts: ArraySlice<OutgoingAlert>, _ producer: KafkaProducer) throws(DeliveryError) {
    for alert in alerts {
      lastNumber += 1
      let line = setting.format.line(for: alert.alert, place: alert.place, limit: setting.limit)
      var report: KafkaProducer.Report?
      if let error = producer.produce(line, key: Array(key(alert).utf8), number: lastNumber) {
        // What is before it may go through.
        if error == Int32(SV_KAFKA_QUEUE_FULL) { return }
        report = .failed(error)
      }
      outstanding.append(Outstanding(id: alert.alert.id, number: lastNumber, report: report))
    }
  }

  private func key(_ alert: OutgoingAlert) -> String {
    switch setting.key {
    case .node: alert.alert.node
    case .tenant: alert.alert.tenant ?? alert.alert.node
    }
  }

  /// Of the first that is outstanding.
  private func failure(_ error: Int32, _ producer: KafkaProducer) -> DeliveryError {
    let reason = producer.text(error)
    switch error {
    case Int32(SV_KAFKA_TOO_LARGE), Int32(SV_KAFKA_INVALID_RECORD):
      outstanding.removeFirst()
      return .refused("\(name): \(reason)")
    default:
      // What comes after it must not go before it: all that is not confirmed is produced anew.
      drop()
      return .receiver(name: name, reason: reason)
    }
  }

  private func drop() {
    producer = nil
    outstanding = []
  }
}

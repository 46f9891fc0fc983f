internal import CRdkafka
internal import Events

/// A producer of librdkafka for one topic, for one thread. librdkafka's threads do the work; what they have to tell comes
/// while ``poll(milliseconds:)`` is called.
final class KafkaProducer {
  enum Report {
    case delivered
    /// librdkafka's error number.
    case failed(Int32)
  }

  /// librdkafka's: they make sure that what is confirmed is kept, once and in order.
  private static let own = [
    ("acks", "all"), ("enable.idempotence", "true"),
    // A message waits as long as it takes: it is not to be given up and produced again, which might be twice.
    ("message.timeout.ms", "0"),
  ]
  private static let forbidden: Set = [
    "acks", "request.required.acks", "enable.idempotence", "bootstrap.servers", "metadata.broker.list",
  ]

  private let library: sv_kafka
  private let client: OpaquePointer
  private let topic: OpaquePointer
  private let reports = Reports()

  /// What librdkafka's callbacks write to, within ``poll(milliseconds:)``.
  private final class Reports {
    var results: [(number: Int, report: Report)] = []
    var lastError: String?
  }

  /// Doesn't wait for a broker.
  /// - Throws: ``DeliveryError/setting(_:)`` for what librdkafka does not take.
  init(_ setting: KafkaSetting) throws(DeliveryError) {
    let library = try KafkaLibrary.functions()
    guard let configuration = library.conf_new() else { throw .setting("librdkafka gives no configuration") }
    do throws(DeliveryError) {
      var properties = setting.properties.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      if let path = setting.propertiesFile { properties += try Self.read(path) }
      for (name, _) in properties where Self.forbidden.contains(name) {
        throw .setting("the agent says '\(name)' itself")
      }
      for (name, value) in Self.own + properties + [("bootstrap.servers", setting.brokers.joined(separator: ","))] {
        try Self.set(name, value, library, configuration)
      }
    } catch {
      library.conf_destroy(configuration)
      throw error
    }
    library.conf_set_opaque(configuration, Unmanaged.passUnretained(reports).toOpaque())
    library.conf_set_dr_msg_cb(configuration) { _, message, opaque in
      guard let message, let opaque else { return }
      let number = Int(bitPattern: message.pointee.opaque)
      Unmanaged<Reports>.fromOpaque(opaque).takeUnretainedValue().results
        .append((number, message.pointee.err == 0 ? .delivered : .failed(message.pointee.err)))
    }
    library.conf_set_error_cb(configuration) { _, _, reason, opaque in
      guard let reason, let opaque else { return }
      Unmanaged<Reports>.fromOpaque(opaque).takeUnretainedValue().lastError =
        DisplayText.escaped(String(cString: reason), limit: 300)
    }
    // Otherwise it writes to standard error.
    library.conf_set_log_cb(configuration) { _, _, _, _ in }

    let made = Self.text(512) { library.make(Int32(SV_KAFKA_PRODUCER), configuration, $0, $1) }
    guard let client = made.result else {
      library.conf_destroy(configuration)
      throw .setting("librdkafka: \(made.text)")
    }
    guard let topic = library.topic_new(client, setting.topic, nil) else {
      library.destroy(client)
      throw .setting("librdkafka: \(DisplayText.quoted(setting.topic)) is no topic")
    }
    self.library = library
    self.client = client
    self.topic = topic
  }

  /// What is not confirmed is dropped.
  deinit {
    _ = library.purge(client, Int32(SV_KAFKA_PURGE_ALL))
    _ = library.poll(client, 0)
    library.topic_destroy(topic)
    library.destroy(client)
  }

  /// What librdkafka last found wrong with the brokers; nil: nothing since the last delivery.
  var lastError: String? { reports.lastError }

  /// Hands a message over; its report comes with ``poll(milliseconds:)``.
  ///
  /// - Parameter number: comes back with the report.
  /// - Returns: nil, or librdkafka's error number.
  func produce(_ payload: [UInt8], key: [UInt8], number: Int) -> Int32? {
    let result = payload.withUnsafeBytes { payload in
      key.withUnsafeBytes { key in
        // It copies both.
        library.produce(
          topic, Int32(SV_KAFKA_PARTITION_ANY), Int32(SV_KAFKA_COPY), UnsafeMutableRawPointer(mutating: payload.baseAddress),
          payload.count, key.baseAddress, key.count, UnsafeMutableRawPointer(bitPattern: number))
      }
    }
    return result == 0 ? nil : library.last_error()
  }

  /// Waits for reports, at most so long.
  func poll(milliseconds: Int32) -> [(number: Int, report: Report)] {
    _ = library.poll(client, milliseconds)
    defer { reports.results = [] }
    if reports.results.contains(where: { if case .delivered = $0.report { true } else { false } }) { reports.lastError = nil }
    return reports.results
  }

  /// What ended the producer for good; nil: it works.
  var fatalError: String? {
    let found = Self.text(512) { library.fatal_error(client, $0, $1) }
    return found.result == 0 ? nil : found.text
  }

  func text(_ error: Int32) -> String {
    library.err2str(error).map { DisplayText.escaped(String(cString: $0), limit: 200) } ?? "error \(error)"
  }

  private static func set(
    _ name: String, _ value: String, _ library: sv_kafka, _ configuration: OpaquePointer
  ) throws(DeliveryError) {
    let set = text(512) { library.conf_set(configuration, name, value, $0, $1) }
    guard set.result == Int32(SV_KAFKA_CONF_OK) else { throw .setting("librdkafka: \(set.text)") }
  }

  private static func read(_ path: String) throws(DeliveryError) -> [(String, String)] {
    var properties: [(String, String)] = []
    let file = SecretFile(path: path)
    for (number, line) in try file.lines() {
      guard let equals = line.firstIndex(of: "="), equals != line.startIndex else {
        throw .setting("\(file.name), line \(number): a property is a name, an equals sign and a value")
      }
      properties.append((String(line[..<equals]), String(line[line.index(after: equals)...])))
    }
    return properties
  }

  /// Calls a function that writes a text into the memory that it is given.
  private static func text<Result>(
    _ size: Int, _ body: (UnsafeMutablePointer<CChar>?, Int) -> Result
  ) -> (result: Result, text: String) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { memory in
      memory.initialize(repeating: 0)
      let result = body(memory.baseAddress, size)
      let text = memory.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      return (result, DisplayText.escaped(String(decoding: text, as: UTF8.self), limit: 300))
    }
  }
}

internal import CRdkafka
internal import Events

/// librdkafka, opened when the first sink asks for it.
enum KafkaLibrary {
  static let name = "librdkafka.so.1"

  private static let opened: Result<sv_kafka, DeliveryError> = {
    var functions = sv_kafka()
    if let problem = sv_kafka_open(name, &functions) {
      let reason = DisplayText.escaped(String(cString: problem), limit: 300)
      return .failure(.setting("Kafka needs \(name) (Debian: apt-get install librdkafka1): \(reason)"))
    }
    return .success(functions)
  }()

  static func functions() throws(DeliveryError) -> sv_kafka { try opened.get() }
}

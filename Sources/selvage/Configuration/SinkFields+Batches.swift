internal import Delivery
internal import Events
internal import Rules

/// Sinks that take alerts in batches.
extension SinkFields {
  private static let limits = AlertFormat.smallestLimit...(1 << 20)

  func webhook(_ fields: ItemFields, log: inout DiagnosticLog) -> WebhookSetting? {
    fields.checkKeys(
      known: ["to", "format", "body", "limit", "headers_file", "tls"], as: .error, log: &log)
    let hint = "as https://siem.example.org:8088/alerts, without a name or password"
    var addresses: [WebhookAddress] = []
    for text in fields.oneOrMore("to", log: &log) {
      if let address = WebhookAddress(text) { addresses.append(address) } else {
        log.error(fields.valueLocation(of: "to"), "\(DisplayText.quoted(text)) is no address of a webhook", hint: hint)
      }
    }
    if !fields.has("to") { log.error(fields.file.location(at: fields.node.start), "'to' says where", hint: hint) }
    guard !addresses.isEmpty else { return nil }
    return WebhookSetting(
      addresses, format: choice("format", of: AlertFormat.self, fields, log: &log) ?? .json,
      body: choice("body", of: WebhookSetting.Body.self, fields, log: &log) ?? .array,
      limit: fields.integer("limit", range: Self.limits, log: &log) ?? WebhookSetting.usualLimit,
      headersFile: fields.text("headers_file", log: &log).map { absolute($0.text) },
      tls: fields.mapping("tls", log: &log).map { tls($0, log: &log) } ?? TLSSetting())
  }

  func kafka(_ fields: ItemFields, log: inout DiagnosticLog) -> KafkaSetting? {
    fields.checkKeys(
      known: ["brokers", "topic", "format", "key", "limit", "properties", "properties_file"], as: .error, log: &log)
    let brokers = fields.oneOrMore("brokers", log: &log)
    guard !brokers.isEmpty, let topic = fields.text("topic", log: &log)?.text else {
      log.error(
        fields.file.location(at: fields.node.start), "'brokers' and 'topic' say where",
        hint: "as brokers: [k1.example.org:9092], topic: alerts")
      return nil
    }
    var properties: [String: String] = [:]
    if let own = fields.mapping("properties", log: &log) {
      for name in own.names { properties[name] = own.text(name, log: &log)?.text }
    }
    return KafkaSetting(
      brokers: brokers, topic: topic, format: choice("format", of: AlertFormat.self, fields, log: &log) ?? .json,
      key: choice("key", of: KafkaSetting.Key.self, fields, log: &log) ?? .node,
      limit: fields.integer("limit", range: Self.limits, log: &log) ?? KafkaSetting.usualLimit, properties: properties,
      propertiesFile: fields.text("properties_file", log: &log).map { absolute($0.text) })
  }
}

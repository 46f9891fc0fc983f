internal import Delivery
internal import Events
internal import Rules

/// Reads the list `sinks` of `selvage.yaml`: where alerts go.
struct SinkFields {
  private static let kinds = ["terminal", "json", "syslog", "webhook", "kafka"]
  private static let common = ["name", "only", "heartbeat", "tenants_only"]

  /// What a path that is no whole one begins at; with its slash, or empty.
  let folder: String

  /// - Returns: nil: said in the log.
  func read(_ fields: ItemFields, log: inout DiagnosticLog) -> SinkSetting? {
    fields.checkKeys(known: Self.kinds + Self.common, as: .error, log: &log)
    let kinds = fields.names.intersection(Self.kinds)
    guard kinds.count == 1, let kind = kinds.first else {
      log.error(
        fields.file.location(at: fields.node.start), "a sink is one of \(Self.kinds.joined(separator: ", "))",
        hint: "as `- syslog: {to: /dev/log}`")
      return nil
    }
    guard let destination = destination(kind, fields, log: &log) else { return nil }
    var setting = SinkSetting(destination)
    setting.givenName = fields.text("name", log: &log)?.text
    setting.only = only(fields, log: &log)
    setting.heartbeatSeconds = fields.seconds("heartbeat", log: &log)
    setting.isForNamingTenants = fields.boolean("tenants_only", log: &log) ?? false
    if setting.isForNamingTenants, setting.givenName == nil {
      log.error(fields.location(of: "tenants_only"), "the sink has no 'name' that a tenant could give")
    }
    return setting
  }

  private func only(_ fields: ItemFields, log: inout DiagnosticLog) -> AlertFilter? {
    guard let condition = fields.text("only", log: &log) else { return nil }
    do throws(AlertCondition.Failure) {
      return AlertFilter(try AlertCondition(condition.text))
    } catch {
      log.error(fields.location(ofByte: error.offset, in: condition), error.message, hint: error.hint)
      return nil
    }
  }

  private func destination(_ kind: String, _ fields: ItemFields, log: inout DiagnosticLog) -> SinkSetting.Destination? {
    if kind == "terminal" {
      return fields.boolean("terminal", log: &log) == true ? .terminal(descriptor: 1, colours: Console.hasColours) : nil
    }
    if kind == "json", let path = fields["json"]?.scalar, !path.isNull { return .json(FileSetting(path: place(path.text))) }
    guard let fields = fields.mapping(kind, log: &log) else { return nil }
    switch kind {
    case "json": return file(fields, log: &log).map { .json($0) }
    case "syslog": return syslog(fields, log: &log).map { .syslog($0) }
    case "webhook": return webhook(fields, log: &log).map { .webhook($0) }
    default: return kafka(fields, log: &log).map { .kafka($0) }
    }
  }

  private func file(_ fields: ItemFields, log: inout DiagnosticLog) -> FileSetting? {
    fields.checkKeys(known: ["path", "rotate_bytes", "keep"], as: .error, log: &log)
    guard let path = required("path", fields, hint: "as /var/log/selvage.jsonl", log: &log) else { return nil }
    return FileSetting(
      path: place(path), rotateBytes: fields.bytes("rotate_bytes", range: 4096...(1 << 40), log: &log),
      keep: fields.integer("keep", range: 1...10_000, log: &log) ?? FileSetting.usualKeep)
  }

  private func syslog(_ fields: ItemFields, log: inout DiagnosticLog) -> SyslogSetting? {
    fields.checkKeys(known: ["to", "facility", "format", "limit", "tls"], as: .error, log: &log)
    if !fields.has("to") {
      log.error(fields.file.location(at: fields.node.start), "'to' says where", hint: SyslogReceiver.hint)
    }
    let receivers = fields.receivers("to", log: &log)
    guard !receivers.isEmpty else { return nil }
    return SyslogSetting(
      receivers, facility: fields.facility("facility", log: &log) ?? .authpriv, format: format(fields, log: &log),
      limit: fields.integer("limit", range: SyslogFormat.smallestLimit...SyslogFormat.streamLargest, log: &log),
      tls: fields.mapping("tls", log: &log).map { tls($0, log: &log) } ?? TLSSetting())
  }

  /// nil: structured data, and a text for people.
  private func format(_ fields: ItemFields, log: inout DiagnosticLog) -> AlertFormat? {
    guard fields.has("format"), fields["format"]?.scalar?.text != "structured" else { return nil }
    return choice("format", ["structured"] + AlertFormat.allCases.map(\.rawValue), fields, log: &log).flatMap(AlertFormat.init)
  }

  private func webhook(_ fields: ItemFields, log: inout DiagnosticLog) -> WebhookSetting? {
    fields.checkKeys(known: ["to", "format", "body", "limit", "headers_file", "tls"], as: .error, log: &log)
    let hint = "as https://siem.example.org/alerts"
    let texts = fields["to"]?.scalar != nil ? fields.text("to", log: &log).map { [$0.text] } : fields.texts("to", log: &log)
    let addresses = (texts ?? []).compactMap { text in
      let address = WebhookAddress(text)
      if address == nil {
        log.error(fields.valueLocation(of: "to"), "\(DisplayText.quoted(text)) is no URL that can be posted to", hint: hint)
      }
      return address
    }
    if !fields.has("to") { log.error(fields.file.location(at: fields.node.start), "'to' says where", hint: hint) }
    guard !addresses.isEmpty else { return nil }
    var setting = WebhookSetting(addresses)
    if let format = choice("format", AlertFormat.allCases.map(\.rawValue), fields, log: &log).flatMap(AlertFormat.init) {
      setting.format = format
    }
    let bodies = WebhookSetting.Body.allCases.map(\.rawValue)
    if let body = choice("body", bodies, fields, log: &log).flatMap(WebhookSetting.Body.init) { setting.body = body }
    if let limit = limit(fields, log: &log) { setting.limit = limit }
    setting.headersFile = fields.text("headers_file", log: &log).map { absolute($0.text) }
    if let fields = fields.mapping("tls", log: &log) { setting.tls = tls(fields, log: &log) }
    return setting
  }

  private func kafka(_ fields: ItemFields, log: inout DiagnosticLog) -> KafkaSetting? {
    fields.checkKeys(
      known: ["brokers", "topic", "format", "key", "limit", "properties", "properties_file"], as: .error, log: &log)
    let brokers = fields.texts("brokers", log: &log) ?? []
    if brokers.isEmpty { log.error(fields.location(of: "brokers"), "'brokers' says where", hint: "as [kafka1:9092, kafka2:9092]") }
    guard let topic = required("topic", fields, hint: "as alerts", log: &log), !brokers.isEmpty else { return nil }
    var setting = KafkaSetting(brokers: brokers, topic: topic)
    if let format = choice("format", AlertFormat.allCases.map(\.rawValue), fields, log: &log).flatMap(AlertFormat.init) {
      setting.format = format
    }
    let keys = KafkaSetting.Key.allCases.map(\.rawValue)
    if let key = choice("key", keys, fields, log: &log).flatMap(KafkaSetting.Key.init) { setting.key = key }
    if let limit = limit(fields, log: &log) { setting.limit = limit }
    if let properties = fields.mapping("properties", log: &log) {
      for name in properties.names { setting.properties[name] = properties.text(name, log: &log)?.text }
    }
    setting.propertiesFile = fields.text("properties_file", log: &log).map { absolute($0.text) }
    return setting
  }

  private func limit(_ fields: ItemFields, log: inout DiagnosticLog) -> Int? {
    fields.bytes("limit", range: AlertFormat.smallestLimit...SyslogFormat.streamLargest, log: &log)
  }

  private func required(_ name: String, _ fields: ItemFields, hint: String, log: inout DiagnosticLog) -> String? {
    if !fields.has(name) { log.error(fields.file.location(at: fields.node.start), "'\(name)' is missing", hint: hint) }
    return fields.text(name, log: &log)?.text
  }

  /// One of some words; nil: absent, or said.
  private func choice(_ name: String, _ words: [String], _ fields: ItemFields, log: inout DiagnosticLog) -> String? {
    guard let text = fields.text(name, log: &log)?.text else { return nil }
    if words.contains(text) { return text }
    log.error(
      fields.valueLocation(of: name), "'\(name)' is not \(DisplayText.quoted(text))",
      hint: NearestName.hint(text, among: words) ?? "one of \(words.joined(separator: ", "))")
    return nil
  }

  private func tls(_ fields: ItemFields, log: inout DiagnosticLog) -> TLSSetting {
    fields.checkKeys(known: ["ca", "certificate", "key", "server_name", "fingerprints"], as: .error, log: &log)
    return TLSSetting(
      authorities: fields.text("ca", log: &log).map { absolute($0.text) },
      certificate: fields.text("certificate", log: &log).map { absolute($0.text) },
      key: fields.text("key", log: &log).map { absolute($0.text) },
      serverName: fields.text("server_name", log: &log)?.text, fingerprints: fields.texts("fingerprints", log: &log) ?? [])
  }

  /// `-` is standard output.
  private func place(_ path: String) -> String { path == "-" ? path : absolute(path) }

  private func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : folder + path }
}

internal import Delivery
internal import Engine
internal import Events
internal import Rules

/// Reads the list `sinks` of `selvage.yaml`: where alerts go.
struct SinkFields {
  private static let kinds = ["terminal", "json", "syslog", "webhook", "kafka"]
  private static let common = ["name", "heartbeat", "only", "tenants_only"]

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
    setting.heartbeatSeconds = fields.seconds("heartbeat", log: &log)
    setting.only = fields.alertCondition("only", log: &log).map { AlertFilter($0) }
    setting.isForNamingTenants = fields.boolean("tenants_only", log: &log) ?? false
    if setting.isForNamingTenants, setting.givenName == nil {
      log.error(fields.location(of: "tenants_only"), "the sink has no 'name' that a tenant could give")
    }
    return setting
  }

  private func destination(_ kind: String, _ fields: ItemFields, log: inout DiagnosticLog) -> SinkSetting.Destination? {
    switch kind {
    case "terminal":
      return fields.boolean("terminal", log: &log) == true ? .terminal(descriptor: 1, colours: Console.hasColours) : nil
    case "json": return file(fields, log: &log).map { .json($0) }
    case "webhook": return fields.mapping("webhook", log: &log).flatMap { webhook($0, log: &log) }.map { .webhook($0) }
    case "kafka": return fields.mapping("kafka", log: &log).flatMap { kafka($0, log: &log) }.map { .kafka($0) }
    default: return fields.mapping("syslog", log: &log).flatMap { syslog($0, log: &log) }.map { .syslog($0) }
    }
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
    if case .scalar(let scalar)? = fields["format"]?.content, scalar.text == "structured" { return nil }
    return choice("format", of: AlertFormat.self, besides: ["structured"], fields, log: &log)
  }

  /// One of the words; nil: there is no such key, or something else, which is said in the log.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, of choices: Choice.Type, besides others: [String] = [], _ fields: ItemFields, log: inout DiagnosticLog
  ) -> Choice? {
    guard let word = fields.text(name, log: &log)?.text else { return nil }
    if let choice = Choice(rawValue: word) { return choice }
    let names = others + Choice.allCases.map(\.rawValue)
    log.error(
      fields.valueLocation(of: name), "unknown \(name) \(DisplayText.quoted(word))",
      hint: NearestName.hint(word, among: names) ?? "one of \(names.joined(separator: ", "))")
    return nil
  }

  /// `json: PATH`, or a mapping.
  private func file(_ fields: ItemFields, log: inout DiagnosticLog) -> FileSetting? {
    guard case .mapping? = fields["json"]?.content else {
      return fields.text("json", log: &log).map { FileSetting(path: $0.text == "-" ? "-" : absolute($0.text)) }
    }
    guard let fields = fields.mapping("json", log: &log) else { return nil }
    fields.checkKeys(known: ["path", "rotate_size", "keep"], as: .error, log: &log)
    guard let path = fields.text("path", log: &log)?.text else {
      if !fields.has("path") { log.error(fields.file.location(at: fields.node.start), "'path' says where") }
      return nil
    }
    return FileSetting(
      path: absolute(path), rotateBytes: fields.bytes("rotate_size", range: 65_536...(1 << 50), log: &log),
      keep: fields.integer("keep", range: 1...1000, log: &log) ?? FileSetting.usualKeep)
  }

  func tls(_ fields: ItemFields, log: inout DiagnosticLog) -> TLSSetting {
    fields.checkKeys(known: ["ca", "certificate", "key", "server_name", "fingerprints"], as: .error, log: &log)
    return TLSSetting(
      authorities: fields.text("ca", log: &log).map { absolute($0.text) },
      certificate: fields.text("certificate", log: &log).map { absolute($0.text) },
      key: fields.text("key", log: &log).map { absolute($0.text) },
      serverName: fields.text("server_name", log: &log)?.text, fingerprints: fields.texts("fingerprints", log: &log) ?? [])
  }

  func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : folder + path }
}

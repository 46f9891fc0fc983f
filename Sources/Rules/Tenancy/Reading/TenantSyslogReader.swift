internal import Events

/// Reads a tenant's `syslog`, and its `sinks`.
enum TenantSyslogReader {
  static func read(_ fields: ItemFields, log: inout DiagnosticLog) -> TenantSyslog {
    var result = TenantSyslog(sinks: fields.texts("sinks", log: &log) ?? [])
    guard fields.has("syslog"), let syslog = fields.mapping("syslog", log: &log) else { return result }
    syslog.checkKeys(known: ["facility", "to", "tls"], as: .error, log: &log)
    result.facility = syslog.facility("facility", log: &log)
    result.receivers = syslog.receivers("to", log: &log)
    let folder = fields.file.name.lastIndex(of: "/").map { String(fields.file.name[...$0]) } ?? ""
    if let tls = syslog.tls("tls", folder: folder, log: &log) { result.tls = tls }
    return result
  }
}

extension ItemFields {
  /// A syslog facility by its name. nil: absent, or said.
  package func facility(_ name: String, log: inout DiagnosticLog) -> SyslogFacility? {
    guard let text = text(name, log: &log)?.text else { return nil }
    if let facility = SyslogFacility(name: text) { return facility }
    log.error(
      valueLocation(of: name), "unknown facility \(DisplayText.quoted(text))",
      hint: NearestName.hint(text, among: SyslogFacility.allCases.map(\.name)) ?? "as authpriv, daemon, local4")
    return nil
  }

  /// How TLS connections prove who is who.
  ///
  /// - Parameter folder: what a path that is no whole one begins at; with its slash, or empty.
  /// - Returns: nil: absent, or said.
  package func tls(_ name: String, folder: String, log: inout DiagnosticLog) -> TLSSetting? {
    guard let fields = mapping(name, log: &log) else { return nil }
    fields.checkKeys(known: ["ca", "certificate", "key", "server_name", "fingerprints"], as: .error, log: &log)
    func path(_ name: String) -> String? {
      fields.text(name, log: &log).map { $0.text.hasPrefix("/") ? $0.text : folder + $0.text }
    }
    return TLSSetting(
      authorities: path("ca"), certificate: path("certificate"), key: path("key"),
      serverName: fields.text("server_name", log: &log)?.text, fingerprints: fields.texts("fingerprints", log: &log) ?? [])
  }

  /// One syslog receiver, or a list of them. Empty: absent, or said.
  package func receivers(_ name: String, log: inout DiagnosticLog) -> [SyslogReceiver] {
    guard let value = self[name] else { return [] }
    let texts = value.scalar != nil ? text(name, log: &log).map { [$0] } : scalars(name, log: &log)
    return (texts ?? []).compactMap { text in
      if let receiver = SyslogReceiver(text.text) { return receiver }
      log.error(
        file.location(at: text.start), "\(DisplayText.quoted(text.text)) is no syslog receiver", hint: SyslogReceiver.hint)
      return nil
    }
  }
}

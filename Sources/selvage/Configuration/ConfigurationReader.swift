internal import Capture
internal import Delivery
internal import Events
internal import Glibc
internal import Rules

/// Reads `selvage.yaml`. Paths in it are relative to its folder.
struct ConfigurationReader {
  private static let keys = [
    "rules", "tenants", "node", "capture", "sinks", "record_socket", "control_socket", "staff", "kept_alerts", "discovery",
    "metrics", "quiet", "spool",
  ]
  private static let captureKeys = ["ring_bytes", "argument_bytes", "environment"]
  private static let limits = LoadLimits()

  private let folder: String
  private var log = DiagnosticLog(limit: 100)

  /// - Parameter path: nil: the usual one, if it is there; otherwise the defaults hold.
  /// - Throws: ``ExitStatus/refused``, after it said what is wrong.
  static func read(_ path: String?) throws -> Configuration {
    guard let file = path ?? usual else { return Configuration() }
    var reader = ConfigurationReader(file)
    let (configuration, source) = reader.read(file)
    let diagnostics = reader.log.finished()
    if !diagnostics.isEmpty {
      let sources = source.map { [$0.name: $0] } ?? [:]
      Console.say(DiagnosticRenderer(sources: sources).render(diagnostics))
    }
    guard reader.log.errors == 0 else { throw ExitStatus.refused }
    return configuration
  }

  private static var usual: String? { access(Configuration.usualPath, F_OK) == 0 ? Configuration.usualPath : nil }

  private init(_ file: String) {
    folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
  }

  private mutating func read(_ path: String) -> (Configuration, SourceFile?) {
    var configuration = Configuration()
    guard let source = SourceReader.read(path, limits: Self.limits, log: &log),
      let fields = ItemFields(root: source, limits: Self.limits, log: &log)
    else { return (configuration, nil) }
    fields.checkKeys(known: Self.keys, as: .error, log: &log)
    configuration.rules = (fields.texts("rules", log: &log) ?? []).map(absolute)
    configuration.tenants = fields.text("tenants", log: &log).map { absolute($0.text) }
    configuration.node = fields.text("node", log: &log)?.text
    if let socket = fields.text("record_socket", log: &log)?.text { configuration.recordSocket = absolute(socket) }
    if let socket = fields.text("control_socket", log: &log)?.text { configuration.controlSocket = absolute(socket) }
    if let metrics = fields.mapping("metrics", log: &log) {
      metrics.checkKeys(known: ["listen"], as: .error, log: &log)
      configuration.metricsAddress = metrics.text("listen", log: &log)?.text
    }
    if fields.has("staff") { configuration.staff = staff(fields) }
    if let kept = fields.mapping("kept_alerts", log: &log) { read(kept, into: &configuration.alertsKept) }
    configuration.quiet = QuietReader.read(fields, log: &log)
    if let capture = fields.mapping("capture", log: &log) { read(capture, into: &configuration.capture) }
    if let discovery = fields.mapping("discovery", log: &log) {
      DiscoveryFields.read(discovery, into: &configuration.discovery, log: &log)
    }
    configuration.sinks = sinks(fields)
    if let spool = fields.mapping("spool", log: &log) { configuration.spool = self.spool(spool) }
    return (configuration, source)
  }

  /// From / on, whatever this process's folder is.
  private func whole(_ path: String) -> String {
    guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return "\(String(cString: folder))/\(path)"
  }

  private func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : folder + path }

  private mutating func spool(_ fields: ItemFields) -> SpoolSettings {
    fields.checkKeys(known: ["path", "max_size", "max_age", "when_full"], as: .error, log: &log)
    var settings = SpoolSettings()
    if let path = fields.text("path", log: &log)?.text { settings.path = whole(absolute(path)) }
    if let bytes = fields.bytes("max_size", range: SpoolSettings.sizes, log: &log) { settings.maximumBytes = bytes }
    if let seconds = fields.seconds("max_age", log: &log) {
      if SpoolSettings.ages.contains(seconds) {
        settings.maximumAgeSeconds = seconds
      } else {
        log.error(fields.valueLocation(of: "max_age"), "'max_age' is a minute at least")
      }
    }
    switch fields.text("when_full", log: &log)?.text {
    case nil, "drop-lowest": settings.whenFull = .dropLowest
    case "drop-oldest": settings.whenFull = .dropOldest
    case let other?:
      log.error(
        fields.valueLocation(of: "when_full"), "\(DisplayText.quoted(other)) is not known",
        hint: "drop-lowest: the lowest severity goes first; drop-oldest")
    }
    return settings
  }

  private mutating func sinks(_ fields: ItemFields) -> [SinkSetting] {
    var names: Set<String> = []
    var sinks: [SinkSetting] = []
    for sink in fields.mappings("sinks", log: &log) ?? [] {
      guard let setting = SinkFields(folder: folder).read(sink, log: &log) else { continue }
      guard names.insert(setting.name).inserted else {
        log.error(
          sink.file.location(at: sink.node.start), "there are two sinks \(DisplayText.quoted(setting.name))",
          hint: "'name' tells them apart")
        continue
      }
      sinks.append(setting)
    }
    return sinks
  }

  private mutating func staff(_ fields: ItemFields) -> [Owner] {
    (fields.texts("staff", log: &log) ?? []).compactMap { text in
      if let owner = Owner(text) { return owner }
      log.error(
        fields.valueLocation(of: "staff"), "\(DisplayText.quoted(text)) is nobody", hint: "as user:NAME or group:NAME, or with a number")
      return nil
    }
  }

  private mutating func read(_ fields: ItemFields, into kept: inout AlertHistory.Limits) {
    fields.checkKeys(known: ["alerts", "per_tenant"], as: .error, log: &log)
    if let count = fields.integer("alerts", range: 1...1_000_000, log: &log) { kept.alerts = count }
    if let count = fields.integer("per_tenant", range: 1...1_000_000, log: &log) { kept.alertsPerTenant = count }
  }

  private mutating func read(_ fields: ItemFields, into capture: inout CaptureSettings) {
    fields.checkKeys(known: Self.captureKeys, as: .error, log: &log)
    if let bytes = fields.integer("ring_bytes", range: 4096...(1 << 30), log: &log) {
      if bytes.nonzeroBitCount == 1 {
        capture.ringBytes = bytes
      } else {
        log.error(fields.valueLocation(of: "ring_bytes"), "'ring_bytes' must be a power of two", hint: "8388608 is 8 MiB")
      }
    }
    let ceiling = CaptureSettings.argumentBytesCeiling
    if let bytes = fields.integer("argument_bytes", range: 0...ceiling, log: &log) { capture.argumentBytes = bytes }
    guard fields.has("environment"), let names = fields.texts("environment", log: &log) else { return }
    do {
      try CaptureSettings.check(environmentNames: names)
      capture.environmentNames = names
    } catch {
      log.error(fields.valueLocation(of: "environment"), "\(error)")
    }
  }
}

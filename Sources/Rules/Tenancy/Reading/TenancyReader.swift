internal import Events

/// Reads `tenants.yaml`. Takes an untrusted file: whatever it holds, reading ends, in bounded time and memory.
struct TenancyReader {
  private static let keys = ["tenants", "rulesets"]
  private static let tenantKeys = ["tenant", "desc", "match", "rulesets", "owners", "limits", "syslog", "sinks"]
  private static let rulesetKeys = ["ruleset", "desc", "when", "files"]
  /// Bytes of a name, which is a folder's as well.
  private static let longestName = 64

  private let file: SourceFile
  private let limits: LoadLimits
  private var log: DiagnosticLog

  /// - Returns: nil if it is no such file; the errors are in the log.
  static func read(_ file: SourceFile, limits: LoadLimits, log: inout DiagnosticLog) -> TenancyItems? {
    var reader = TenancyReader(file: file, limits: limits, log: log)
    defer { log = reader.log }
    return reader.read()
  }

  private init(file: SourceFile, limits: LoadLimits, log: DiagnosticLog) {
    self.file = file
    self.limits = limits
    self.log = log
  }

  private mutating func read() -> TenancyItems? {
    guard let fields = ItemFields(root: file, limits: limits, log: &log) else { return nil }
    fields.checkKeys(known: Self.keys, as: .error, log: &log)
    let rulesets = named("ruleset", in: fields) { $0.ruleset($1, $2) }
    let tenants = named("tenant", in: fields) { $0.tenant($1, $2) }
    return TenancyItems(file: file, tenants: tenants, rulesets: rulesets)
  }

  /// The entries of a list, each with a name of its own.
  private mutating func named<Item>(
    _ key: String, in fields: ItemFields, _ read: (inout TenancyReader, String, ItemFields) -> Item?
  ) -> [Item] {
    let entries = fields.mappings("\(key)s", log: &log) ?? []
    if entries.count > limits.tenants {
      log.error(fields.location(of: "\(key)s"), "there are more than \(limits.tenants) \(key)s")
    }
    var places: [String: SourceLocation] = [:]
    var items: [Item] = []
    for entry in entries.prefix(limits.tenants) {
      guard let name = name(key, entry) else { continue }
      if let first = places[name] {
        log.error(
          entry.valueLocation(of: key), "there are two \(key)s \(DisplayText.quoted(name))",
          hint: "the other is at line \(first.line)")
        continue
      }
      places[name] = entry.location(of: key)
      if let item = read(&self, name, entry) { items.append(item) }
    }
    return items
  }

  private mutating func name(_ key: String, _ fields: ItemFields) -> String? {
    guard fields.has(key) else {
      let hint = NearestName.to(key, among: fields.names.sorted()).map { "is \(DisplayText.quoted($0)) meant?" }
      log.error(
        file.location(at: fields.node.start), "the \(key) has no name", hint: hint ?? "it begins with `- \(key): NAME`")
      return nil
    }
    guard let name = fields.text(key, log: &log)?.text else { return nil }
    guard Self.isSafe(name) else {
      log.error(
        fields.valueLocation(of: key), "\(DisplayText.quoted(name)) can't name a \(key)",
        hint: "expected lower-case letters, digits, '.', '_' and '-', the first a letter or digit, \(Self.longestName) at most")
      return nil
    }
    return name
  }

  /// As a folder's name too, and on a command line.
  static func isSafe(_ name: String) -> Bool {
    func isAlphanumeric(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || ConditionScanner.isDigit(byte) }
    guard let first = name.utf8.first, isAlphanumeric(first), name.utf8.count <= longestName else { return false }
    return name.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }
  }

  // MARK: - One

  private mutating func tenant(_ name: String, _ fields: ItemFields) -> TenancyItems.Tenant? {
    fields.checkKeys(known: Self.tenantKeys, as: .error, log: &log)
    if Tenancy.alwaysThere.contains(name) {
      if fields.has("match") {
        let what = name == Tenancy.hostName ? "the processes in no workload" : "the workloads that no tenant's match holds for"
        log.error(fields.location(of: "match"), "'\(name)' has no 'match': \(what) belong to it")
      }
    } else if !fields.has("match") {
      missing("match", "tenant", fields)
    }
    return TenancyItems.Tenant(
      name: name, description: fields.text("desc", log: &log)?.text.trimmed ?? "",
      match: fields.text("match", log: &log), rulesets: fields.scalars("rulesets", log: &log) ?? [],
      owners: owners(fields), limits: TenantLimitsReader.read(fields, log: &log), syslog: TenantSyslogReader.read(fields, log: &log),
      location: fields.location(of: "tenant"))
  }

  private mutating func ruleset(_ name: String, _ fields: ItemFields) -> TenancyItems.Ruleset? {
    fields.checkKeys(known: Self.rulesetKeys, as: .error, log: &log)
    if !fields.has("files") { missing("files", "ruleset", fields) }
    let files = (fields.scalars("files", log: &log) ?? []).filter { file in
      guard file.text.isEmpty || file.text.utf8.contains(0) else { return true }
      log.error(self.file.location(at: file.start), "'files' names files, as rules/web/*.yaml")
      return false
    }
    return TenancyItems.Ruleset(
      name: name, description: fields.text("desc", log: &log)?.text.trimmed ?? "", when: fields.text("when", log: &log),
      files: files, location: fields.location(of: "ruleset"))
  }

  private mutating func owners(_ fields: ItemFields) -> [Owner] {
    var owners: [Owner] = []
    for scalar in fields.scalars("owners", log: &log) ?? [] {
      guard let owner = Owner(scalar.text) else {
        log.error(
          file.location(at: scalar.start), "\(DisplayText.quoted(scalar.text)) is no owner",
          hint: "expected user:NAME, user:UID, group:NAME or group:GID")
        continue
      }
      if !owners.contains(owner) { owners.append(owner) }
    }
    return owners
  }

  private mutating func missing(_ key: String, _ kind: String, _ fields: ItemFields) {
    let nearest = NearestName.to(key, among: fields.names.sorted())
    log.error(
      fields.location(of: kind), "the \(kind) has no '\(key)'",
      hint: nearest.map { "is \(DisplayText.quoted($0)) a slip of the pen?" })
  }
}

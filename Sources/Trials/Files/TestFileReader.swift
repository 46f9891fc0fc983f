internal import Events
package import Rules

/// Reads a file of rule tests. Takes untrusted files: whatever they hold, reading ends, in bounded time and memory.
package struct TestFileReader {
  static let fileKeys = ["rules", "tenants", "tests"]
  static let testKeys = ["test", "trace", "records", "rules", "tenants", "alerts", "ordered", "quiet", "throttled"]
  /// The word for every rule that isn't named among the alerts.
  static let others = "all others"
  static let everything = "all"

  private let file: SourceFile
  /// The file's own, with a slash at its end; empty: the folder at hand.
  private let folder: String
  private var log: DiagnosticLog
  private var names: Set<String> = []

  /// - Returns: the tests that have no error; the errors are in the log.
  package static func read(_ file: SourceFile, limits: LoadLimits, log: inout DiagnosticLog) -> [RuleTest] {
    var reader = TestFileReader(file: file, log: log)
    defer { log = reader.log }
    return reader.read(limits)
  }

  private init(file: SourceFile, log: DiagnosticLog) {
    self.file = file
    self.log = log
    folder = file.name.lastIndex(of: "/").map { String(file.name[...$0]) } ?? ""
  }

  private mutating func read(_ limits: LoadLimits) -> [RuleTest] {
    guard let fields = ItemFields(root: file, limits: limits, log: &log) else { return [] }
    fields.checkKeys(known: Self.fileKeys, as: .error, log: &log)
    guard fields.has("tests") else {
      log.error(
        .whole(file.name), "the file has no 'tests'",
        hint: "a file of tests looks like `tests: [{test: NAME, trace: FILE, alerts: [RULE]}]`")
      return []
    }
    let rules = fields.has("rules") ? paths("rules", fields) : [folder.isEmpty ? "." : String(folder.dropLast())]
    let tenants = fields.has("tenants") ? path("tenants", fields) : nil
    return (fields.mappings("tests", log: &log) ?? []).compactMap { test($0, rules, tenants) }
  }

  private mutating func test(_ fields: ItemFields, _ rulesOfFile: [String]?, _ tenantsOfFile: String?) -> RuleTest? {
    fields.checkKeys(known: Self.testKeys, as: .error, log: &log)
    let name = name(fields)
    let recording = recording(fields)
    let rules = fields.has("rules") ? paths("rules", fields) : rulesOfFile
    let tenants = fields.has("tenants") ? path("tenants", fields) : tenantsOfFile
    let alerts = AlertReader.read(fields, log: &log)
    let isOrdered = fields.boolean("ordered", log: &log) ?? false
    let isThrottled = fields.boolean("throttled", log: &log) ?? false
    let quiet = quiet(fields, alerts ?? [])
    guard let name, let recording, let rules, let alerts, let quiet else { return nil }
    guard !alerts.isEmpty || !quiet.isEmpty else {
      log.error(
        fields.location(of: "test"), "the test expects nothing", hint: "give 'alerts', or 'quiet: \(Self.everything)'")
      return nil
    }
    return RuleTest(
      name: name, location: fields.location(of: "test"), rules: rules, tenants: tenants, recording: recording,
      recordingLocation: fields.valueLocation(of: fields.has("trace") ? "trace" : "records"), alerts: alerts,
      isOrdered: isOrdered, isThrottled: isThrottled, quiet: quiet)
  }

  private mutating func name(_ fields: ItemFields) -> String? {
    guard fields.has("test") else {
      let hint = NearestName.to("test", among: fields.names.sorted()).map { "is \(DisplayText.quoted($0)) meant?" }
      log.error(
        file.location(at: fields.node.start), "the test has no name", hint: hint ?? "a test begins with `- test: NAME`")
      return nil
    }
    guard let name = fields.text("test", log: &log)?.text else { return nil }
    guard names.insert(name).inserted else {
      log.error(fields.valueLocation(of: "test"), "there are two tests \(DisplayText.quoted(name)) in this file")
      return nil
    }
    return name
  }

  private mutating func recording(_ fields: ItemFields) -> RuleTest.Recording? {
    if fields.has("records") {
      if fields.has("trace") { log.error(fields.location(of: "records"), "a test has either a 'trace' or 'records'") }
      return RecordReader.read(fields, log: &log).map { .records($0) }
    }
    guard fields.has("trace") else {
      log.error(
        fields.location(of: "test"), "the test has no 'trace' and no 'records'", hint: "`selvage record` makes a trace")
      return nil
    }
    return path("trace", fields).map { .file($0) }
  }

  private mutating func path(_ key: String, _ fields: ItemFields) -> String? {
    guard let path = fields.text(key, log: &log) else { return nil }
    guard !path.text.isEmpty, !path.text.utf8.contains(0) else {
      log.error(fields.valueLocation(of: key), "'\(key)' names a file")
      return nil
    }
    return absolute(path.text)
  }

  private mutating func quiet(_ fields: ItemFields, _ alerts: [ExpectedAlert]) -> [RuleTest.Quiet]? {
    guard fields.has("quiet") else { return [] }
    let hint = "name rules, or write '\(Self.others)'"
    guard let names = OneOrMore.texts("quiet", fields, hint: hint, log: &log) else { return nil }
    let expected = Set(alerts.filter { $0.count.lowerBound > 0 }.map(\.rule))
    var quiet: [RuleTest.Quiet] = []
    for name in names {
      let place = file.location(at: name.start)
      switch name.text {
      case Self.others: quiet.append(.others(place))
      case Self.everything where alerts.isEmpty: quiet.append(.others(place))
      case Self.everything:
        log.error(place, "alerts are expected, so that not all rules can stay quiet", hint: "write '\(Self.others)'")
        return nil
      case _ where expected.contains(name.text):
        log.error(place, "\(DisplayText.quoted(name.text)) is both expected and to stay quiet")
        return nil
      default: quiet.append(.rule(name.text, place))
      }
    }
    return quiet
  }

  private mutating func paths(_ key: String, _ fields: ItemFields) -> [String]? {
    guard let names = OneOrMore.texts(key, fields, hint: "name files or folders of rules", log: &log) else { return nil }
    for name in names where name.text.isEmpty || name.text.utf8.contains(0) {
      log.error(file.location(at: name.start), "'\(key)' names files and folders")
      return nil
    }
    return names.map { absolute($0.text) }
  }

  private func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : folder + path }
}

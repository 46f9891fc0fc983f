internal import Events
import Rules

/// Reads the `alerts` of a test: names of rules, or mappings of what an alert has.
struct AlertReader {
  private static let keys = ["rule", "count", "priority", "tenant", "event", "output"]
  private static let correlationKeys = ["correlation.type", "correlation.count", "correlation.first", "correlation.last"]
  private static let patternKeys = ["glob", "regex"]
  private static let fields = FieldTable.all.map(\.name)
  private static let maximumCount = 1_000_000
  private static let maximumAlerts = 1_000

  private let file: SourceFile
  private var log: DiagnosticLog

  /// - Returns: none if there is no such key; nil if there is something else, said in the log.
  static func read(_ test: ItemFields, log: inout DiagnosticLog) -> [ExpectedAlert]? {
    guard let alerts = test["alerts"] else { return [] }
    guard case .sequence(let nodes) = alerts.content else {
      log.error(
        test.valueLocation(of: "alerts"), "'alerts' must be a list, found \(alerts.kind)",
        hint: "write `- rule: NAME` for each")
      return nil
    }
    guard nodes.count <= maximumAlerts else {
      log.error(
        test.valueLocation(of: "alerts"), "more than \(maximumAlerts) alerts stand here",
        hint: "'count' stands for many")
      return nil
    }
    var reader = AlertReader(file: test.file, log: log)
    defer { log = reader.log }
    let expected = nodes.compactMap { reader.alert($0) }
    return expected.count == nodes.count ? expected : nil
  }

  private init(file: SourceFile, log: DiagnosticLog) {
    self.file = file
    self.log = log
  }

  private mutating func alert(_ node: YAMLNode) -> ExpectedAlert? {
    let location = file.location(at: node.start)
    if let rule = node.scalar, !rule.isNull {
      return ExpectedAlert(rule: rule.text, location: location, count: 1...Int.max, parts: [])
    }
    let expected = "a rule's name, or keys of an alert with their values"
    guard let fields = ItemFields(node, in: file, as: expected, log: &log), case .mapping(let pairs) = node.content
    else { return nil }
    let count = fields.has("count") ? count(fields) : 1...Int.max
    var parts: [ExpectedPart] = []
    var isGood = true
    for (key, value) in pairs {
      guard let name = key.scalar?.text, name != "rule", name != "count" else { continue }
      guard let subject = subject(name, at: file.location(at: key.start)), let pattern = pattern(value, name, subject) else {
        isGood = false
        continue
      }
      parts.append(ExpectedPart(subject: subject, pattern: pattern))
    }
    guard fields.has("rule") else {
      log.error(location, "the alert has no 'rule'")
      return nil
    }
    guard let rule = fields.text("rule", log: &log)?.text, let count, isGood else { return nil }
    return ExpectedAlert(rule: rule, location: fields.valueLocation(of: "rule"), count: count, parts: parts)
  }

  private mutating func subject(_ name: String, at location: SourceLocation) -> ExpectedPart.Subject? {
    switch name {
    case "priority": return .priority
    case "event": return .event
    case "output": return .output
    case "tenant": return .tenant
    case _ where Self.correlationKeys.contains(name) || name.hasPrefix("correlation.by."): return .ofCorrelation(name)
    case _ where name.utf8.contains(UInt8(ascii: ".")):
      switch FieldReference.parse(name) {
      case .success(let field): return .field(field)
      case .failure(let failure):
        log.error(location, failure.message, hint: failure.hint)
        return nil
      }
    default:
      log.error(
        location, "unknown key \(DisplayText.quoted(name))",
        hint: NearestName.hint(name, among: Self.keys + Self.fields)
          ?? "expected \(Self.keys.joined(separator: ", ")), or a field")
      return nil
    }
  }

  private mutating func pattern(_ value: YAMLNode, _ name: String, _ subject: ExpectedPart.Subject) -> ExpectedPart.Pattern? {
    let location = file.location(at: value.start)
    if let scalar = value.scalar, !scalar.isNull {
      guard case .priority = subject else { return .text(scalar.text) }
      if let priority = Priority(name: scalar.text) { return .text(priority.name) }
      let names = Priority.allCases.map(\.name)
      log.error(
        location, "unknown priority \(DisplayText.quoted(scalar.text))",
        hint: NearestName.hint(scalar.text, among: names) ?? "expected one of \(names.joined(separator: ", "))")
      return nil
    }
    guard case .mapping = value.content else {
      log.error(
        location, "\(DisplayText.quoted(name)) is a text, found \(value.kind)",
        hint: "or {glob: PATTERN}, or {regex: PATTERN}")
      return nil
    }
    guard let fields = ItemFields(value, in: file, log: &log) else { return nil }
    fields.checkKeys(known: Self.patternKeys, as: .error, log: &log)
    guard fields.names.count == 1, let key = fields.names.first, Self.patternKeys.contains(key) else {
      log.error(location, "a pattern is either 'glob' or 'regex'", hint: "write {glob: PATTERN} or {regex: PATTERN}")
      return nil
    }
    guard let text = fields.text(key, log: &log)?.text else { return nil }
    if key == "glob" { return .glob(Glob(Array(text.utf8))) }
    do throws(RegularExpressionError) {
      _ = try RegularExpression(Array(text.utf8))
      return .regex(Array(text.utf8))
    } catch {
      log.error(fields.valueLocation(of: key), "the regular expression \(DisplayText.quoted(text)): \(error.message)")
      return nil
    }
  }

  /// `3`, or `3+` for three or more.
  private mutating func count(_ fields: ItemFields) -> ClosedRange<Int>? {
    if let text = fields["count"]?.scalar?.text, text.hasSuffix("+") {
      let digits = text.dropLast()
      if (1...7).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let least = Int(digits),
        (1...Self.maximumCount).contains(least) {
        return least...Int.max
      }
      log.error(
        fields.valueLocation(of: "count"), "\(DisplayText.quoted(text)) is no number of alerts",
        hint: "write 3, or 3+ for three or more")
      return nil
    }
    return fields.integer("count", range: 0...Self.maximumCount, log: &log).map { $0...$0 }
  }
}

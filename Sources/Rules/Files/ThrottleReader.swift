internal import Events

/// Reads `throttle: {per: [field, ...], limit: N, every: 60s}`.
enum ThrottleReader {
  private static let maximumFields = 8

  /// nil: there is none, or the log tells what is wrong with it.
  static func read(_ fields: ItemFields, log: inout DiagnosticLog) -> Throttle? {
    guard fields.has("throttle"), let throttle = fields.mapping("throttle", log: &log) else { return nil }
    throttle.checkKeys(known: ["per", "limit", "every"], as: .error, log: &log)
    for key in ["limit", "every"] where !throttle.has(key) {
      log.error(fields.location(of: "throttle"), "'throttle' has no '\(key)'", hint: "write {per: [proc.name], limit: 5, every: 60s}")
    }
    let limit = throttle.integer("limit", range: 1...1_000_000, log: &log)
    let seconds = seconds("every", throttle, &log)
    guard let names = throttle.texts("per", log: &log) else { return nil }
    guard names.count <= maximumFields else {
      log.error(throttle.valueLocation(of: "per"), "'per' has more than \(maximumFields) fields")
      return nil
    }
    var references: [FieldReference] = []
    for name in names {
      do throws(ConditionError) {
        references.append(try ConditionParser.field(Array(name.utf8)))
      } catch {
        log.error(throttle.valueLocation(of: "per"), error.message, hint: error.hint)
        return nil
      }
    }
    guard let limit, let seconds else { return nil }
    return Throttle(fields: references, limit: limit, seconds: seconds)
  }

  /// A length of time; nil: there is none, or the log tells what is wrong with it.
  static func seconds(_ key: String, _ fields: ItemFields, _ log: inout DiagnosticLog) -> Int? {
    guard let text = fields.text(key, log: &log)?.text else { return nil }
    if let seconds = TimeSpan.seconds(text) { return seconds }
    log.error(
      fields.valueLocation(of: key), "\(DisplayText.quoted(text)) is no length of time up to a year",
      hint: "expected one as 60s, 5m, 1h or 1d")
    return nil
  }
}

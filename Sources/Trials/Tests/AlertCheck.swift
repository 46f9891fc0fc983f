internal import Engine
internal import Events
internal import Rules

/// Compares the alerts that came with those that a test asks for.
struct AlertCheck {
  private let test: RuleTest
  private let alerts: [Alert]
  /// By expectation, indices of the alerts that it is met by.
  private let met: [[Int]]
  private(set) var problems: [TestProblem] = []

  /// - Parameter kinds: of the records that came.
  init(_ test: RuleTest, alerts: [Alert], kinds: EventKinds, policy: Policy) {
    self.test = test
    self.alerts = alerts
    met = test.alerts.map { expected in
      alerts.indices.filter { expected.mismatches(alerts[$0])?.isEmpty == true }
    }
    checkCounts()
    if test.isOrdered, problems.isEmpty { checkOrder() }
    checkQuiet(kinds, policy)
  }

  private mutating func checkCounts() {
    for (expected, met) in zip(test.alerts, met) where !allows(expected, met.count) {
      let isMissing = met.count < expected.count.lowerBound
      let ofRule = alerts.filter { $0.rule == expected.rule.asAlertsShowIt }
      let shown = isMissing ? ofRule : met.map { alerts[$0] }
      let otherwise = ofRule.count - met.count
      let came =
        ofRule.isEmpty ? "no alert of it"
        : otherwise == 0 ? Self.number(met.count) : "\(Self.number(met.count)), and \(otherwise) of it with other contents"
      problems.append(
        TestProblem(
          location: expected.location, expected: expected.text, came: came,
          lines: Self.lines(shown) { Self.differences(expected, $0) },
          look: isMissing
            ? otherwise == 0 ? .nearest(rule: expected.rule) : nil
            : shown.first.map { .record($0.recordNumber, rule: expected.rule) }))
    }
  }

  /// In order an expectation may stand several times, each for a part of its alerts.
  private func allows(_ expected: ExpectedAlert, _ count: Int) -> Bool {
    test.isOrdered ? count >= expected.count.lowerBound : expected.count.contains(count)
  }

  /// Each expectation takes the alerts that meet it, up to its count, until one comes that doesn't; alerts that meet none
  /// are passed over.
  private mutating func checkOrder() {
    var wanted = 0
    var taken = 0
    let meets = met.map(Set.init)
    func fail(_ expected: ExpectedAlert?, _ alert: Alert?) {
      problems.append(
        TestProblem(
          location: (expected ?? test.alerts.last)?.location ?? test.location,
          expected: expected.map { "in this place \($0.text)" } ?? "no more alerts of these",
          came: alert.map { _ in "another alert" } ?? "nothing more", lines: Self.lines(alert.map { [$0] } ?? []), look: nil))
    }
    for (index, alert) in alerts.enumerated() where meets.contains(where: { $0.contains(index) }) {
      while wanted < test.alerts.count, !(meets[wanted].contains(index) && taken < test.alerts[wanted].count.upperBound) {
        guard taken >= test.alerts[wanted].count.lowerBound else { return fail(test.alerts[wanted], alert) }
        wanted += 1
        taken = 0
      }
      guard wanted < test.alerts.count else { return fail(nil, alert) }
      taken += 1
    }
    while wanted < test.alerts.count {
      guard taken >= test.alerts[wanted].count.lowerBound else { return fail(test.alerts[wanted], nil) }
      wanted += 1
      taken = 0
    }
  }

  private mutating func checkQuiet(_ kinds: EventKinds, _ policy: Policy) {
    let byRule = Dictionary(grouping: alerts, by: \.rule)
    for (name, location) in test.quietRules {
      if let alerts = byRule[name.asAlertsShowIt] {
        fired(name, alerts, location)
      } else if let source = policy.source(of: name), source.kinds.isDisjoint(with: kinds) {
        let asked = source.kinds.kinds.map(\.name).joined(separator: ", ")
        problems.append(
          TestProblem(
            location: location, expected: "\(DisplayText.quoted(name)) to stay quiet on an event that it looks at (\(asked))",
            came: "no such event: it can't but stay quiet", lines: [], look: nil))
      }
    }
    guard test.keepsOthersQuiet else { return }
    let named = Set(test.quietRules.map(\.name.asAlertsShowIt))
    let expected = Set(met.joined())
    let others = alerts.indices.filter { !expected.contains($0) && !named.contains(alerts[$0].rule) }.map { alerts[$0] }
    let byName = Dictionary(grouping: others, by: \.rule).sorted {
      ($0.value.first?.recordNumber ?? 0, $0.key) < ($1.value.first?.recordNumber ?? 0, $1.key)
    }
    for (name, alerts) in byName {
      let rule = policy.rules.first { $0.name.asAlertsShowIt == name }?.name ?? name
      fired(rule, alerts, test.location, isOther: true)
    }
  }

  private mutating func fired(_ rule: String, _ alerts: [Alert], _ location: SourceLocation, isOther: Bool = false) {
    problems.append(
      TestProblem(
        location: location,
        expected: "no \(isOther && !test.alerts.isEmpty ? "other " : "")alert of \(DisplayText.quoted(rule))",
        came: Self.number(alerts.count), lines: Self.lines(alerts),
        look: alerts.first.map { .record($0.recordNumber, rule: rule) }))
  }

  // MARK: - Words

  private static let maximumLines = 5

  private static func number(_ count: Int) -> String { count == 1 ? "one alert" : count == 0 ? "none" : "\(count) alerts" }

  /// The first few, each with what is otherwise than asked for.
  private static func lines(_ alerts: [Alert], _ differences: (Alert) -> [String] = { _ in [] }) -> [String] {
    var lines: [String] = []
    for alert in alerts.prefix(maximumLines) {
      let text = DisplayText.escaped("\(alert.rule): \(alert.message)", limit: 240)
      lines.append("record \(alert.recordNumber), \(alert.event): \(alert.priority.name) \(text)")
      lines += differences(alert)
    }
    if alerts.count > maximumLines { lines.append("and \(alerts.count - maximumLines) more") }
    return lines
  }

  private static func differences(_ expected: ExpectedAlert, _ alert: Alert) -> [String] {
    (expected.mismatches(alert) ?? []).map { part in
      let value = part.value(alert).map(ExpectedPart.quoted) ?? "no value"
      return "  not \(part.text), but \(value)"
    }
  }
}

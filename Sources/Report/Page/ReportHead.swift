import Events
import Rules

/// What stands at the page's head, as HTML.
struct ReportHead {
  private let page: ReportPage

  init(_ page: ReportPage) { self.page = page }

  /// For the browser's tab.
  var title: String { "\(HTMLText.escaped(nodes)): \(count(page.total, "alert")) - Selvage" }

  var heading: String { "\(HTMLText.escaped(nodes)): \(count(page.total, "alert"))" }

  private var nodes: String { page.facts.nodes.isEmpty ? "Unknown node" : page.facts.nodes.joined(separator: ", ") }

  /// Terms and what they are.
  var facts: String {
    let facts = page.facts
    var rows: [(String, String)] = [("Trace", text(page.origin.trace))]
    if let span = facts.span {
      rows.append(("From", time(span.lowerBound)))
      rows.append(("To", "\(time(span.upperBound)) (\(duration(span.upperBound &- span.lowerBound)))"))
    }
    rows.append(("Records", records))
    rows.append(("Losses", losses))
    rows.append(("Rules", rules))
    if !facts.kernels.isEmpty { rows.append(("Kernel", text(facts.kernels.joined(separator: ", ")))) }
    let writers = facts.versions.isEmpty ? "an unknown version" : text(facts.versions.joined(separator: ", "))
    rows.append(("Selvage", "recorded by \(writers), reported by \(text(page.origin.version))"))
    return rows.map { "<div><dt>\($0)</dt><dd>\($1)</dd></div>\n" }.joined()
  }

  private var records: String {
    let kinds = page.facts.kinds.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }
    let list = kinds.map { "\(ReportPage.grouped($0.value)) \($0.key.name)" }
      + (page.facts.unknown > 0 ? ["\(ReportPage.grouped(page.facts.unknown)) of unknown kinds"] : [])
    return "\(ReportPage.grouped(page.origin.summary.records)) <small>(\(list.joined(separator: ", ")))</small>"
  }

  private var losses: String {
    var parts: [String] = []
    if page.facts.lost > 0 { parts.append("\(count(page.facts.lost, "event")) that the sensors could not tell") }
    let summary = page.origin.summary
    if summary.lostRecords > 0 { parts.append("\(count(summary.lostRecords, "record")) when it was written") }
    if summary.malformedRecords > 0 { parts.append("\(count(summary.malformedRecords, "malformed record"))") }
    if summary.truncatedBytes > 0 {
      parts.append("cut off, \(count(summary.truncatedBytes, "byte")) after the last whole block")
    }
    if summary.unreadBytes > 0 { parts.append("\(count(summary.unreadBytes, "byte")) that could not be read") }
    return parts.isEmpty ? "none" : "<strong>\(parts.joined(separator: "; "))</strong>"
  }

  private var rules: String {
    let fired = page.tally.rows.count { $0.location != nil }
    let all = page.policy.rules.count { $0.alerts } + page.policy.correlations.count { $0.alerts }
    let paths = page.origin.rules.prefix(8).map { text($0) } + (page.origin.rules.count > 8 ? ["..."] : [])
    return "\(fired) of \(all) fired <small>(\(paths.joined(separator: ", ")))</small>"
  }

  /// What the page lacks, a paragraph each.
  var notes: String {
    var notes: [String] = []
    let left = page.total &- UInt64(page.details.count)
    if left > 0 {
      let total = ReportPage.grouped(page.total)
      notes.append(
        """
        \(count(left, "alert")) of \(total) have no details here and are not in the list; counts and timeline have \
        them all.
        """)
    }
    if page.book.isFull { notes.append("Not every alert has its processes here: there were too many.") }
    if page.book.refused > 0 { notes.append("More processes ran than could be followed: some trees are not whole.") }
    notes += page.origin.summary.errors.prefix(4).map { text(String(describing: $0)) }
    return notes.map { "<p class=\"note\">\($0)</p>\n" }.joined()
  }

  private func text(_ text: String) -> String {
    HTMLText.escaped(EscapedText.escaped(text.utf8, limit: 1024))
  }

  private func count(_ number: UInt64, _ noun: String) -> String {
    "\(ReportPage.grouped(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  private func time(_ nanoseconds: Int64) -> String {
    let time = CivilTime(nanosecondsSince1970: nanoseconds).formatted(fractionDigits: 3)
    let shown = time.split(separator: "T").joined(separator: " ").dropLast()
    return "<time datetime=\"\(time)\">\(shown) UTC</time>"
  }

  /// `1 d 2 h`, `3.250 s`: the two largest units.
  private func duration(_ nanoseconds: Int64) -> String {
    let milliseconds = max(0, nanoseconds) / 1_000_000
    let seconds = milliseconds / 1000
    let units: [(Int64, String)] = [
      (seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s"),
    ]
    if seconds >= 60 {
      return units.drop { $0.0 == 0 }.prefix(2).map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }
    let fraction = String(1000 + milliseconds % 1000).dropFirst()
    return "\(seconds).\(fraction) s"
  }
}

import Engine
import Events
import Rules

/// The page: what can be read without a script as HTML, and all as data for its script.
struct ReportPage {
  let origin: ReportOrigin
  let policy: Policy
  let facts: StreamFacts
  /// Wall clock of the trace's first record, nanoseconds.
  let begin: Int64
  let tally: RuleTally
  let book: ProcessBook
  let details: [AlertDetail]

  var bytes: [UInt8] {
    let head = ReportHead(self)
    return PageTemplate.filled([
      "policy": Array(PageTemplate.contentPolicy.utf8),
      "style": PageTemplate.style,
      "script": PageTemplate.script,
      "title": Array(head.title.utf8),
      "heading": Array(head.heading.utf8),
      "facts": Array(head.facts.utf8),
      "notes": Array(head.notes.utf8),
      "rules": Array(rules.utf8),
      "alerts": Array(alerts.utf8),
      "data": DataBlock.bytes(data),
    ])
  }

  var total: UInt64 { tally.rows.reduce(0) { $0 &+ $1.count } }

  // MARK: - Without a script

  /// Rows of the tally, the most severe first, then the most frequent.
  private var ranked: [Int] {
    tally.rows.indices.sorted { a, b in
      let (one, other) = (tally.rows[a], tally.rows[b])
      return (one.priority.rawValue, other.count, one.name) < (other.priority.rawValue, one.count, other.name)
    }
  }

  private var rules: String {
    ranked.map { index in
      let row = tally.rows[index]
      return """
        <tr data-rule="\(index)"><td>\(Self.badge(row.priority))</td><th scope="row">\(HTMLText.escaped(row.name))</th>\
        <td class="count">\(Self.grouped(row.count))</td><td class="strip"></td></tr>

        """
    }.joined()
  }

  private var alerts: String {
    let days = facts.span.map { $0.upperBound / 86_400_000_000_000 != $0.lowerBound / 86_400_000_000_000 } ?? false
    return details.map { detail in
      let alert = detail.alert
      let time = CivilTime(nanosecondsSince1970: alert.timestampNanoseconds).formatted(fractionDigits: 3)
      // `2026-` and `Z`, or the whole date, are the head's to tell.
      let shown = time.dropFirst(days ? 5 : 11).dropLast().split(separator: "T").joined(separator: " ")
      let id = HTMLText.escaped(alert.id)
      let message = HTMLText.escaped(HTMLText.cut(alert.message, limit: Self.messageLimit))
      return """
        <li><a class="alert" id="\(id)" href="#\(id)"><time datetime="\(time)">\(shown)</time>\
        \(Self.badge(alert.priority))<b class="rule">\(HTMLText.escaped(alert.rule))</b>\
        <span class="message raw">\(message)</span></a></li>

        """
    }.joined()
  }

  /// Bytes of a message in the list.
  private static let messageLimit = 400

  static func badge(_ priority: Priority) -> String {
    "<span class=\"severity s\(priority.rawValue)\">\(priority.name)</span>"
  }

  /// `12,345`.
  static func grouped(_ number: UInt64) -> String {
    let digits = Array(String(number))
    return digits.indices.map { index in
      index > 0 && (digits.count - index).isMultiple(of: 3) ? ",\(digits[index])" : String(digits[index])
    }.joined()
  }

  // MARK: - For the script

  private var data: PageData {
    let seconds = begin >= 0 ? begin / 1_000_000_000 : (begin &- 999_999_999) / 1_000_000_000
    return PageData(
      beginSeconds: seconds, beginNanoseconds: begin &- seconds &* 1_000_000_000,
      span: facts.span.map { $0.upperBound &- begin } ?? 0, step: tally.histogram.stepNanoseconds,
      rules: tally.rows.indices.map { PageData.Rule(tally.rows[$0], steps: tally.histogram.counts[$0]) },
      alerts: details.map { PageData.Alert($0) },
      processes: book.kept.map { slot in
        let parent = book.parent(of: slot)
        return PageData.Process(book[slot], parent: parent >= 0 ? book[parent].number : -1, begin: begin)
      })
  }
}

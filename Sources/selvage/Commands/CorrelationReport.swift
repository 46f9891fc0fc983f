internal import Events
internal import Rules

/// What became of a correlation on a trace, for people and programs.
struct CorrelationReport: Encodable {
  /// One of its rules.
  struct Member: Encodable {
    /// As the correlation names it.
    let name: String
    let rule: String
    let file: String
    let line: Int
    let count: Int
    let first: UInt64?
    let last: UInt64?
    /// nil: no record was asked for.
    let firesAtRecord: Bool?
  }

  let rule: String
  let file: String
  let line: Int
  let correlation: String
  let count: Int
  /// The last record of each firing; the first few.
  let records: [UInt64]
  let record: UInt64?
  let firesAtRecord: Bool?
  let rules: [Member]

  init(_ correlation: Correlation, _ search: borrowing CorrelationSearch, record: UInt64?) {
    rule = correlation.name
    file = correlation.location.file
    line = correlation.location.line
    self.correlation = correlation.text
    count = search.own?.count ?? 0
    records = search.own?.first ?? []
    self.record = record
    firesAtRecord = record.map { _ in search.own?.includesRecord ?? false }
    rules = zip(correlation.members, search.ofMembers).map { member, firings in
      Member(
        name: member.name, rule: firings.name, file: firings.location.file, line: firings.location.line,
        count: firings.count, first: firings.records?.lowerBound, last: firings.records?.upperBound,
        firesAtRecord: record.map { _ in firings.includesRecord })
    }
  }

  var text: String {
    var lines = ["\(shown(rule)) (\(shown(file)):\(line)), a correlation:", shown(correlation), ""]
    if let record, let firesAtRecord { lines += ["record \(record): \(firesAtRecord ? "fires" : "does not fire")", ""] }
    if count == 0 {
      lines.append("It does not fire on this trace.")
    } else {
      let times = count == 1 ? "once, by record" : "\(count) times, by records"
      let more = count > records.count ? ", ..." : ""
      lines.append("It fires \(times) \(records.map(String.init).joined(separator: ", "))\(more)")
    }
    for member in rules {
      var line = "  \(shown(member.name)): \(shown(member.rule)) (\(shown(member.file)):\(member.line)) "
      if let first = member.first, let last = member.last {
        let times = "\(member.count) times, at records \(first) to \(last)"
        line += "fires " + (member.count == 1 ? "once, at record \(first)" : times)
      } else {
        line += "does not fire"
      }
      if let record, let fires = member.firesAtRecord { line += "; at \(record) it \(fires ? "does" : "does not")" }
      lines.append(line)
    }
    lines += ["", "`selvage explain` with the name of one of these rules tells why it fires, or does not."]
    return lines.joined(separator: "\n")
  }

  private func shown(_ text: String) -> String { DisplayText.escaped(text, limit: 4096) }
}

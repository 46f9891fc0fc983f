/// What somebody looks for in the spool, and how far they are. In windows of so many alerts, whatever is chosen of them.
struct HistorySearch {
  let selection: AlertSelection
  /// Where it is looking for its beginning.
  private(set) var start: Start
  /// All up to it were looked at.
  var reached: UInt64? {
    if case .found(let sequence) = start { sequence } else { nil }
  }

  enum Start {
    /// So many more are wanted, of those up to that one.
    case backward(wanted: Int, from: UInt64)
    /// Where the time begins.
    case time(Int64)
    case found(UInt64)
  }

  static let window = 4096

  /// - Parameter newest: the last alert that there is.
  init(_ selection: AlertSelection, last: Int?, newest: UInt64) {
    self.selection = selection
    start =
      switch last {
      case let last? where last <= 0: .found(newest)
      case let last?: .backward(wanted: last, from: newest)
      case nil: selection.since.map { .time($0) } ?? .found(0)
      }
  }

  mutating func moved(to start: Start) { self.start = start }

  /// What the selection asks for, as SQL; its parameters are from the third on.
  var condition: String {
    var terms: [String] = []
    if let tenants = selection.tenants {
      terms.append("tenant IN (\(Array(repeating: "?", count: tenants.count).joined(separator: ", ")))")
    }
    if selection.rule != nil { terms.append("rule = ?") }
    if selection.since != nil { terms.append("time >= ?") }
    return terms.isEmpty ? "" : terms.map { " AND \($0)" }.joined()
  }

  func bind(_ statement: borrowing SQLiteStatement) {
    var index: Int32 = 3
    for tenant in selection.tenants ?? [] {
      statement.bind(index, tenant)
      index += 1
    }
    if let rule = selection.rule {
      statement.bind(index, rule)
      index += 1
    }
    if let since = selection.since { statement.bind(index, since) }
  }
}

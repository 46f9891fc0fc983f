import Engine

/// An alert as the page has it.
struct AlertDetail {
  let alert: Alert
  /// Row of the tally.
  let rule: Int
  /// From the trace's beginning, nanoseconds.
  let offset: Int64
  /// Number of its process on the page; -1: it has none there.
  let process: Int

  init(_ alert: Alert, rule: Int, offset: Int64, process: Int) {
    self.alert = alert
    self.rule = rule
    self.offset = offset
    self.process = process
  }

  /// Of memory, about.
  var byteCount: Int {
    alert.fields.reduce(512 + alert.message.utf8.count) { sum, field in
      guard case .text(let text) = field.value else { return sum + 64 }
      return sum + 64 + text.utf8.count
    }
  }
}

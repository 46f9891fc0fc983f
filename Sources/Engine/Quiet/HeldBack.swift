import Events
import Rules

/// Alerts that were held back, as their summary tells them.
struct HeldBack {
  /// One alert, as much as its id and its time are made of.
  struct Mark {
    /// Which rule, by index in ``QuietRules``.
    let source: Int32
    /// Number of the event's record.
    let record: UInt64
    let wallNanoseconds: Int64
    let kind: EventKind
    /// What tells its id from those of other alerts of the rule and record; usually empty.
    var suffix = ""
  }

  private(set) var count: UInt64 = 1
  private(set) var first: Mark
  private(set) var last: Mark
  /// Of the most severe.
  private(set) var priority: Priority
  /// What they have in common, as the first of them had it.
  private(set) var fields: [AlertField]
  /// What they all say; empty: they differ.
  private(set) var message: String

  init(_ mark: Mark, _ priority: Priority, fields: [AlertField] = [], message: String = "") {
    (first, last) = (mark, mark)
    self.priority = priority
    self.fields = fields
    self.message = message
  }

  mutating func add(_ mark: Mark, _ priority: Priority) {
    count &+= 1
    last = mark
    self.priority = max(self.priority, priority)
  }

  /// Takes in others, which may have nothing in common with these.
  mutating func merge(_ other: HeldBack) {
    count &+= other.count
    if other.first.record < first.record { first = other.first }
    if other.last.record > last.record { last = other.last }
    priority = max(priority, other.priority)
    forgetDetails()
  }

  mutating func forgetDetails() {
    fields = []
    message = ""
  }
}

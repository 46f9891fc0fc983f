/// What a summary tells, once a window is over.
struct HeldSummary {
  /// Why alerts were held back.
  enum Reason {
    /// They say the same as one that went out.
    case same(HeldBack.Mark, seconds: UInt64)
    /// More of a key than its throttle lets out.
    case throttle(limit: UInt64, seconds: UInt64)
    /// More than a budget, and others whose own summaries would have been too many.
    case budget(Overrun)

    /// As the summary's field has it.
    var name: String {
      switch self {
      case .same: "same"
      case .throttle: "throttle"
      case .budget: "budget"
      }
    }
  }

  /// How many of the alerts held back were held back by which bound.
  struct Overrun {
    var rule: UInt64 = 0
    var tenant: UInt64 = 0
    var throttle: UInt64 = 0

    static func += (a: inout Overrun, b: Overrun) {
      a.rule &+= b.rule
      a.tenant &+= b.tenant
      a.throttle &+= b.throttle
    }
  }

  let held: HeldBack
  let reason: Reason
  /// Whose alerts they are; 1 unless budgets ran out for more rules than are told one by one.
  var rules = 1
}

import Events
import Rules

/// A comparison of a clause, which may find that what it asks for is not known yet.
struct WorkloadTest: BitwiseCopyable {
  private let predicate: CompiledPredicate
  /// Those of which any that is false says that a field which it needs is absent.
  private let needs: UnsafeBufferPointer<CompiledPredicate>
  private let asksTenant: Bool
  private let asksMounts: Bool
  /// It holds with more mounts as well.
  private let staysTrue: Bool

  init(_ predicate: Predicate, _ constants: Constants) {
    self.predicate = CompiledPredicate(predicate, constants)
    needs = constants.keep(predicate.needs.map { CompiledPredicate($0, constants) })
    let fields = predicate.fields.map(\.field)
    asksTenant = fields.contains(where: \.isOfTenant)
    asksMounts = fields.contains(where: \.isOfMounts)
    if case .allIn = predicate.test { staysTrue = false } else { staysTrue = true }
  }

  /// What it comes to of the event's workload.
  func truth(_ state: borrowing State) -> Truth {
    if asksTenant, state.event.membership.tenant < 0 { return .maybe }
    let workload = state.event.workload
    let isWhole = !asksMounts || state.workloads.hasAllMounts(workload)
    if predicate.holds(state) { return isWhole || staysTrue ? .yes : .maybe }
    guard isWhole else { return .maybe }
    return state.workloads.identity(of: workload) == .known || hasAllFields(state) ? .no : .maybe
  }

  private func hasAllFields(_ state: borrowing State) -> Bool {
    for need in needs where !need.holds(state) { return false }
    return true
  }
}

extension Field {
  fileprivate var isOfTenant: Bool {
    switch self {
    case .tenantName, .tenantDescription: true
    default: false
    }
  }
}

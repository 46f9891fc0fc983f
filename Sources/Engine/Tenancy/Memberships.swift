import Rules

/// What the policy makes of each workload, as far as it was asked; decided anew when the workload changed.
struct Memberships: ~Copyable {
  private struct Entry: BitwiseCopyable {
    /// Of the workload when it was decided, and 1; 0: it wasn't.
    var version: UInt64 = 0
    var tenant: Int32 = -1
  }

  private struct Tally: BitwiseCopyable {
    var events: UInt64 = 0
    var alerts: UInt64 = 0
    var held: UInt64 = 0
  }

  /// nil: the policy has no tenants.
  let tenancy: CompiledTenancy?
  /// By workload, from -1: that of an event of which it is not known.
  private var entries: UnsafeMutableBufferPointer<Entry>
  /// ``words`` of each.
  private var rulesets: UnsafeMutableBufferPointer<UInt64>
  private let words: Int
  /// By tenant, from -1: where it was not sure whose workload it is.
  private let tallies: UnsafeMutableBufferPointer<Tally>

  init(_ tenancy: CompiledTenancy?) {
    self.tenancy = tenancy
    tallies = .allocate(capacity: (tenancy?.tenancy.tenants.count ?? 0) + 1)
    tallies.initialize(repeating: Tally())
    words = ((tenancy?.tenancy.rulesets.count ?? 0) + 63) / 64
    entries = .allocate(capacity: 0)
    rulesets = .allocate(capacity: 0)
    if tenancy != nil { grow(to: 64) }
  }

  deinit {
    entries.deallocate()
    rulesets.deallocate()
    tallies.deallocate()
  }

  /// Of another policy, whose tenants of the same names go on.
  init(_ tenancy: CompiledTenancy?, after other: borrowing Memberships) {
    self.init(tenancy)
    tallies[0] = other.tallies[0]
    for (index, tenant) in (tenancy?.tenancy.tenants ?? []).enumerated() {
      if let before = other.tenancy?.tenancy.tenant(named: tenant.name) { tallies[index + 1] = other.tallies[before + 1] }
    }
  }

  // MARK: - Counting

  func note(alerts: UInt64, of tenant: Int32) {
    tallies[Int(tenant) + 1].events &+= 1
    tallies[Int(tenant) + 1].alerts &+= alerts
  }

  /// An alert was not sent by itself.
  func noteHeld(_ tenant: Int32) { tallies[Int(tenant) + 1].held &+= 1 }

  /// - Parameter tenant: by index; -1: where it was not sure whose.
  func counts(of tenant: Int) -> (events: UInt64, alerts: UInt64, held: UInt64) {
    (tallies[tenant + 1].events, tallies[tenant + 1].alerts, tallies[tenant + 1].held)
  }

  // MARK: - Deciding

  /// What was decided of a workload; nil: it has to be decided.
  ///
  /// - Parameter version: of the workload as it is now.
  func decided(_ workload: Int32, version: UInt64) -> Membership? {
    let place = Int(workload) + 1
    guard place < entries.count, entries[place].version == version &+ 1 else { return nil }
    return Membership(tenant: entries[place].tenant, rulesets: bits(place).map { UnsafePointer($0) })
  }

  /// - Returns: memory for a bit of each ruleset.
  mutating func decide(_ workload: Int32, version: UInt64, tenant: Int?) -> UnsafeMutableBufferPointer<UInt64> {
    let place = Int(workload) + 1
    if place >= entries.count { grow(to: max(place + 1, entries.count * 2)) }
    entries[place] = Entry(version: version &+ 1, tenant: Int32(truncatingIfNeeded: tenant ?? -1))
    return UnsafeMutableBufferPointer(start: bits(place), count: words)
  }

  private func bits(_ place: Int) -> UnsafeMutablePointer<UInt64>? {
    words == 0 ? nil : rulesets.baseAddress?.advanced(by: place * words)
  }

  private mutating func grow(to count: Int) {
    let larger = UnsafeMutableBufferPointer<Entry>.allocate(capacity: count)
    larger.initialize(repeating: Entry())
    let bits = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: count * words)
    bits.initialize(repeating: 0)
    for place in entries.indices { larger[place] = entries[place] }
    for place in rulesets.indices { bits[place] = rulesets[place] }
    entries.deallocate()
    rulesets.deallocate()
    (entries, rulesets) = (larger, bits)
  }
}

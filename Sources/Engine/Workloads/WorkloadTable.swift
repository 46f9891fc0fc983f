import Events

/// The cgroups of a node, the workloads that they belong to, and what sources say of these. Told by records, in whatever
/// order and by whomever they were made: what doesn't fit is dropped and counted.
struct WorkloadTable: ~Copyable {
  struct Limits {
    /// Cgroups at most; about 150 bytes each.
    var cgroups = 1 << 17
    /// Of these in one workload, so that none takes all.
    var cgroupsOfWorkload = 1 << 13
    /// Ended cgroups that are kept.
    var leaving = 1 << 13
    /// Bytes of facts of one cgroup, and of all.
    var factsOfCgroup = 1 << 16
    var facts = 1 << 26
    /// Mount namespaces that are remembered of one workload; more push out the oldest.
    var sightings = 32
    /// Bytes of one mount table, and of all.
    var mountsOfTable = 1 << 19
    var mounts = 1 << 26
    var tables = 1 << 16
  }

  /// The workload of all processes that are in no other.
  static let host: Int32 = 0

  let limits: Limits
  var cgroups = Slots<CgroupEntry>()
  var byID: [UInt64: Int32] = [:]
  /// Cgroups that ended, each with its number; one that came back, or ended once more, has another by now.
  var leaving: EndedQueue<(slot: Int32, number: UInt64)>
  /// Ends so far.
  var ends: UInt64 = 0
  var workloads = Slots<Workload>()
  var sets = Slots<FactSet>()
  var factBytes = 0
  var tables = Slots<MountTable>()
  var byNamespace: [UInt32: Int32] = [:]
  var mountBytes = 0
  var sightings = Slots<MountSighting>()
  /// Grows with each change of facts, identities, mounts and places.
  var changes: UInt64 = 0
  /// Cgroups, facts and mounts that found no room.
  var refused: UInt64 = 0

  init(limits: Limits = Limits()) {
    self.limits = limits
    leaving = EndedQueue(capacity: limits.leaving)
    _ = workloads.take(.host)
  }

  // MARK: - Asking

  /// Of a process in that cgroup; -1: not known.
  func workload(ofCgroup id: UInt64) -> Int32 {
    guard id != 0, let slot = byID[id] else { return -1 }
    return cgroups[slot].workload
  }

  /// Where workloads may be: see ``isAlive(_:)``.
  var indices: Range<Int32> { workloads.all }

  func isAlive(_ workload: Int32) -> Bool { workload == Self.host || workload > 0 && workloads[workload].cgroups > 0 }

  /// Differs for each workload that has, or had, the index. Of -1 it is 0.
  func made(_ workload: Int32) -> UInt64 { workload < 0 ? 0 : workloads[workload].made }

  /// nil: -1, no workload that is known.
  func kind(of workload: Int32) -> WorkloadKind? { workload < 0 ? nil : workloads[workload].kind }

  /// Differs whenever anything that fields tell of the workload does, and from that of others that had the same index.
  /// Of -1 it is 0.
  func version(of workload: Int32) -> UInt64 {
    guard workload >= 0 else { return 0 }
    check(workload)
    return workloads[workload].version
  }

  /// Known, pending or unknown.
  func identity(of workload: Int32) -> Identity {
    guard workload >= 0 else { return .unknown }
    check(workload)
    return workloads[workload].identity
  }

  /// Looks at the cgroups above a workload, if anything changed since the last time.
  private func check(_ workload: Int32) {
    guard workloads[workload].checked != changes else { return }
    var version = workloads[workload].changed
    var identity = Identity.unsaid
    var slot = workloads[workload].cgroup
    while slot >= 0 {
      version = max(version, cgroups[slot].changed)
      if identity == .unsaid { identity = cgroups[slot].identity }
      slot = cgroups[slot].parent
    }
    if identity == .unsaid {
      switch workloads[workload].kind {
      case .container, .slurmStep: identity = .pending
      case .systemdUnit, .session, .host: identity = .known
      }
    }
    workloads[workload].version = version
    workloads[workload].identity = identity
    workloads[workload].checked = changes
  }

  /// Lends a fact of a workload, of the nearest cgroup that has it. nil: none has.
  func withFact<Result>(
    _ field: Field, key: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0), of workload: Int32,
    _ body: (RawSpan) -> Result
  ) -> Result? {
    guard workload >= 0 else { return nil }
    var slot = workloads[workload].cgroup
    while slot >= 0 {
      var set = cgroups[slot].facts
      while set >= 0 {
        if let found = sets[set].withValue(field, key: key, body) { return found }
        set = sets[set].next
      }
      slot = cgroups[slot].parent
    }
    return nil
  }

  /// Gives each key and value of a field, of the nearest set of facts that has any, until `body` returns true.
  ///
  /// - Returns: whether there is any.
  func forEachFact(_ field: Field, of workload: Int32, _ body: (_ key: RawSpan, _ value: RawSpan) -> Bool) -> Bool {
    guard workload >= 0 else { return false }
    var slot = workloads[workload].cgroup
    while slot >= 0 {
      var set = cgroups[slot].facts
      while set >= 0 {
        var isFound = false
        _ = sets[set].anyFact(field) { key, value in
          isFound = true
          return body(key, value)
        }
        if isFound { return true }
        set = sets[set].next
      }
      slot = cgroups[slot].parent
    }
    return false
  }

  /// CLOCK_BOOTTIME; nil: not known.
  func madeNanoseconds(_ workload: Int32) -> UInt64? {
    guard workload > 0, case let slot = workloads[workload].cgroup, slot >= 0 else { return nil }
    let made = cgroups[slot].madeNanoseconds
    return made == 0 ? nil : made
  }

  /// Something about it is new as of now.
  mutating func noteChange() -> UInt64 {
    changes &+= 1
    return changes
  }
}

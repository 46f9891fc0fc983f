internal import CEvents
package import Events
package import SystemPackage

/// Finds this node's workloads and what is known of them, and tells it as records among those of the kernel.
///
/// The thread that reads the ring calls it; whatever may take time runs on other threads, and its results wait in the
/// ``Inbox``.
package final class Discovery {
  private let hierarchy: String
  private let mounts: MountWatch?
  private let informants: [any Informant]
  private let inbox: Inbox
  private let bell: Bell?
  private var cgroups = CgroupTree()
  private var unanswered: UnansweredCgroups
  /// CLOCK_BOOTTIME: a workload began just before.
  private var restlessUntil: UInt64 = 0
  private static let restlessNanoseconds: UInt64 = 500_000_000

  private var complaints: [String] = []

  /// - Parameter hierarchy: where the cgroup2 hierarchy is mounted.
  package init(settings: DiscoverySettings, hierarchy: String) {
    self.hierarchy = hierarchy
    var complaints: [String] = []
    do throws(DiscoveryError) { mounts = try settings.mounts.map { (mounts) throws(DiscoveryError) in try MountWatch(settings: mounts) } } catch {
      mounts = nil
      complaints.append("mounts of workloads can't be seen: \(error)")
    }
    bell = try? Bell()
    inbox = Inbox(bell: bell)
    informants = LocalSources.make(settings, inbox: inbox) + RemoteSources.start(settings, inbox: inbox)
    unanswered = UnansweredCgroups(patienceSeconds: settings.unknownAfterSeconds)
    self.complaints = complaints
  }

  /// What could not be found out since it was last asked for; each a line, for people.
  package func takeComplaints() -> [String] {
    defer { complaints = [] }
    return complaints
  }

  /// How each source is doing. Any thread.
  package var sources: [SourceStatus] { informants.map(\.status) }

  /// Each source, asked for something that harms nobody. Blocks.
  package func probe() -> [SourceStatus] { informants.map { $0.probe() } }

  /// No more questions.
  package func stop() { for informant in informants { informant.stop() } }

  /// Readable when a source said something: then ``look(place:now:tell:)``.
  package var factsDescriptor: FileDescriptor? { bell?.descriptor }

  /// Readable when mounts changed: then ``look(place:now:tell:)`` soon.
  package var mountsDescriptor: FileDescriptor? { mounts?.descriptor }

  /// A workload began just now: its first program may end soon, and with it what can be known of its mounts.
  package func isRestless(now: UInt64) -> Bool { now < restlessUntil }

  /// When ``look(place:now:tell:)`` has something to do that was put off, CLOCK_BOOTTIME; nil: nothing.
  package func due(now: UInt64) -> UInt64? { mounts?.due(now: now) }

  /// Tells what is there: the cgroups, parents first, and the node's own mounts. The sensors are attached by then, so that
  /// none is missed between; what is made meanwhile is told twice.
  package func open(now: UInt64, tell: (RawSpan) -> Void) {
    var scan = CgroupScan()
    do throws(Errno) {
      try scan.run(hierarchy) { found in
        let record = CgroupRecord.found(
          id: found.id, parent: found.parent, level: found.level, name: found.name, timeNanoseconds: now)
        tell(record.span.bytes)
        if let record = try? Record(number: 1, bytes: record.span.bytes) { see(record, now: now) }
      }
      if scan.isCut { complaints.append("there are more than \(CgroupScan.limit) cgroups: not all are known") }
    } catch {
      complaints.append("the cgroups in \(hierarchy) can't be read: \(error)")
    }
    mounts?.open(now: now, tell: tell)
  }

  /// To be called with each record of the kernel before it is handed on.
  ///
  /// - Parameter isForced: the ring is not read yet: all may take its time.
  package func before(_ record: borrowing Record, isForced: Bool = false, tell: (RawSpan) -> Void) {
    switch record.kind {
    case .cgroup, .cgroupEnd: see(record, now: record.timeNanoseconds)
    default: mounts?.before(record, isForced: isForced, tell: tell)
    }
  }

  private func see(_ record: borrowing Record, now: UInt64) {
    guard let cgroup = try? CgroupRecord(copy record) else { return }
    guard record.kind == .cgroup else {
      cgroups.remove(record.header.cgroup_id)
      for informant in informants { informant.gone(record.header.cgroup_id) }
      return
    }
    guard let inquiry = cgroups.add(cgroup) else { return }
    restlessUntil = now &+ Self.restlessNanoseconds
    if inquiry.part != .pod { unanswered.add(inquiry.cgroup, Self.source(inquiry), now: now) }
    for informant in informants { informant.appeared(inquiry) }
  }

  /// Who should know, by what the path tells.
  private static func source(_ inquiry: Inquiry) -> FactSource {
    if inquiry.part == .job { return .slurm }
    if inquiry.workload.podUID != nil { return .cri }
    switch inquiry.workload.runtime {
    case .podman: return .podman
    case .docker: return .docker
    case .containerd, .crio, nil: return .cri
    }
  }

  /// Tells what came up elsewhere.
  ///
  /// - Parameters:
  ///   - place: of the ring, taken before the call.
  ///   - now: CLOCK_BOOTTIME.
  package func look(place: UInt, now: UInt64, tell: (RawSpan) -> Void) {
    mounts?.look(place: place, now: now, tell: tell)
    for facts in inbox.take() {
      if facts.identity == .known || facts.identity == .unknown { unanswered.remove(facts.cgroup) }
      self.tell(facts, now: now, tell)
    }
  }

  private func tell(_ facts: Inbox.Facts, now: UInt64, _ tell: (RawSpan) -> Void) {
    let records = FactsRecord.encoded(
      cgroup: facts.cgroup, source: facts.source, identity: facts.identity, pairs: facts.pairs, isCut: facts.isCut,
      timeNanoseconds: now)
    for record in records { tell(record.span.bytes) }
  }

  /// All records up to that place were handed on.
  package func passed(place: UInt, now: UInt64, tell: (RawSpan) -> Void) {
    mounts?.passed(place: place, now: now, tell: tell)
  }

  /// About every second.
  package func tick(now: UInt64, tell: (RawSpan) -> Void) {
    mounts?.tick(now: now, tell: tell)
    unanswered.overdue(now: now) { cgroup, source in
      self.tell(Inbox.Facts(cgroup: cgroup, source: source, identity: .unknown, pairs: []), now: now, tell)
    }
  }
}

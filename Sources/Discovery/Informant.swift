package import Events

/// A source of facts about workloads: it learns of their cgroups, asks whoever knows, and leaves the answers in the
/// ``Inbox``. Its questions run on threads of its own.
package protocol Informant: AnyObject, Sendable {
  var source: FactSource { get }

  /// A cgroup is there that it may know something of. Called by the thread that reads the ring: it only takes note, in
  /// bounded memory.
  func appeared(_ inquiry: Inquiry)

  /// That cgroup was removed: nobody needs to be asked any more. As ``appeared(_:)``.
  func gone(_ cgroup: UInt64)

  /// How it is doing. Any thread.
  var status: SourceStatus { get }

  /// Asks for something that harms nobody, and says how it went. Blocks: for `doctor`.
  func probe() -> SourceStatus

  /// No more questions. Returns soon.
  func stop()
}

extension Informant {
  package func probe() -> SourceStatus { status }
}

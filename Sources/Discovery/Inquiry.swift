/// A cgroup of a workload that somebody knows more about.
package struct Inquiry: Sendable {
  /// Of the container, the pod or the job: what is answered holds for all below it.
  package let cgroup: UInt64
  /// Below the hierarchy's root, with a slash in front. Whoever may make cgroups chose it.
  package let path: String
  /// CLOCK_BOOTTIME, nanoseconds: since when the agent knows of it.
  package let since: UInt64

  package init(cgroup: UInt64, path: String, since: UInt64) {
    self.cgroup = cgroup
    self.path = path
    self.since = since
  }
}

/// The workload that a cgroup belongs to, by the cgroup's path alone: the topmost of its cgroups that is one.
///
/// Only names count that somebody with the node's own rights gave: what stands in a container, in a job or in a
/// service's own tree is that workload's, whatever it is called. Users may run containers of their own, so a scope of
/// podman or docker in a user's tree is a container; it is no pod and no job.
package struct CgroupWorkload: Equatable, Sendable {
  package let kind: WorkloadKind
  /// The container's full id, `42.batch`, `42` (processes of the job in no step), the pod's uid (processes of the pod in no
  /// container), the unit's or session's name.
  package let id: String
  /// Components of the path of its own cgroup.
  package let depth: Int
  /// nil of a container: by its path alone it can't be told.
  package internal(set) var runtime: ContainerRuntime?
  /// nil of a container: the pod's cgroup outside of its containers.
  package internal(set) var containerID: String?
  package internal(set) var podUID: String?
  /// Components of the path of the pod's cgroup, on which the pod's facts hang.
  package internal(set) var podDepth: Int?
  package internal(set) var job: String?
  /// nil: the job's cgroup outside of its steps.
  package internal(set) var step: String?
  /// Components of the path of the job's cgroup.
  package internal(set) var jobDepth: Int?
  /// Whose tree it is in.
  package internal(set) var userID: UInt32?

  /// No cgroup below it is another workload.
  package var isWhole: Bool { containerID != nil || step != nil }

  /// - Parameter path: as in /proc/PID/cgroup: `/system.slice/sshd.service`.
  /// - Returns: nil: it is in no workload, but the node's own.
  package init?(path: some StringProtocol) { self.init(names: path.split(separator: "/").map { Substring($0) }) }

  /// - Parameter names: of the cgroups, from the one below the root down.
  package init?(names: [Substring]) {
    guard let found = CgroupPathReader(names).workload else { return nil }
    self = found
  }

  init(_ kind: WorkloadKind, id: String, depth: Int) {
    self.kind = kind
    self.id = id
    self.depth = depth
  }
}

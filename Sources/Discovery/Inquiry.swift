package import Events

/// A cgroup of a workload that somebody knows more about.
package struct Inquiry: Sendable {
  /// What the cgroup is; what is answered holds for all below it.
  package enum Part: Sendable {
    case container, pod, job
  }

  package let cgroup: UInt64
  package let part: Part
  /// Below the hierarchy's root, with a slash in front. Whoever may make cgroups chose it.
  package let path: String
  /// What the path says.
  package let workload: CgroupWorkload

  package init(cgroup: UInt64, part: Part, path: String, workload: CgroupWorkload) {
    self.cgroup = cgroup
    self.part = part
    self.path = path
    self.workload = workload
  }

  /// - Returns: nil: nobody needs to be asked about the cgroup of that path.
  package init?(cgroup: UInt64, path: String, depth: Int, workload: CgroupWorkload) {
    let part: Part
    if workload.containerID != nil, depth == workload.depth {
      part = .container
    } else if depth == workload.podDepth {
      part = .pod
    } else if depth == workload.jobDepth {
      part = .job
    } else {
      return nil
    }
    self.init(cgroup: cgroup, part: part, path: path, workload: workload)
  }
}

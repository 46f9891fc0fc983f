/// What a workload is, as its cgroup's path tells.
package enum WorkloadKind: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  case container, slurmStep, systemdUnit, session
  /// All processes that are in none of these: one workload.
  case host

  /// As `workload.kind` has it.
  package var name: String {
    switch self {
    case .container: "container"
    case .slurmStep: "slurm-step"
    case .systemdUnit: "systemd-unit"
    case .session: "session"
    case .host: "host"
    }
  }
}

/// Who runs a container, as far as its cgroup's name tells.
package enum ContainerRuntime: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  case containerd, crio, docker, podman

  /// As `container.type` has it.
  package var name: String {
    switch self {
    case .containerd: "containerd"
    case .crio: "cri-o"
    case .docker: "docker"
    case .podman: "podman"
    }
  }
}

/// What a site may choose about finding out what its workloads are. Each source is found by itself where it exists.
package struct DiscoverySettings: Sendable {
  /// nil: mounts are not looked at.
  package var mounts: MountSettings? = MountSettings()
  /// A workload of which nobody said so long who it is, is unknown.
  package var unknownAfterSeconds = 30

  package var podman = true
  package var podmanSocket = "/run/podman/podman.sock"
  /// Given to podman where no service listens and it is run itself: `--root` and the like.
  package var podmanArguments: [String] = []
  package var docker = true
  package var dockerSocket = "/var/run/docker.sock"

  package var slurm = true
  /// nil: where programs usually are.
  package var squeue: String?
  /// Slurm's configuration; nil: at its usual place.
  package var slurmConfiguration: String?
  /// Where Prolog leaves files of jobs.
  package var slurmFolder = "/run/selvage/jobs"

  /// Of container runtimes that speak the CRI; none: they are not asked.
  package var runtimeSockets = RuntimeSocket.usual
  package var kubernetes = true
  /// The API server; nil: that of the cluster that the agent is a pod of.
  package var cluster: ClusterSettings?

  package init() {}
}

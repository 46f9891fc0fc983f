/// Bounds of what watching mounts may take.
package struct MountSettings: Sendable {
  /// Namespaces that are watched, each by an open file; of others the table is read now and then, and told as cut.
  package var watched: Int
  /// Namespaces that are remembered at all.
  package var namespaces: Int
  /// Bytes of tables that are remembered, to tell what went away until it did.
  package var memoryBytes: Int
  /// Of the reading thread's time that reading tables may take, in each second and at once.
  package var budgetNanoseconds: UInt64
  /// The node's own table changes with every pod: not read more often.
  package var nodeIntervalNanoseconds: UInt64
  package var limits: MountTable.Limits
  package var nodeLimits: MountTable.Limits

  package init(
    watched: Int = 1024, namespaces: Int = 16384, memoryBytes: Int = 64 << 20, budgetNanoseconds: UInt64 = 20_000_000,
    nodeIntervalNanoseconds: UInt64 = 250_000_000, limits: MountTable.Limits = .init(),
    nodeLimits: MountTable.Limits = .init(mounts: 16384, bytes: 2 << 20)
  ) {
    self.watched = watched
    self.namespaces = namespaces
    self.memoryBytes = memoryBytes
    self.budgetNanoseconds = budgetNanoseconds
    self.nodeIntervalNanoseconds = nodeIntervalNanoseconds
    self.limits = limits
    self.nodeLimits = nodeLimits
  }

  /// File systems that are left out of the node's own table: the kernel's own, which hold no data of anybody, and the
  /// roots of containers, which come and go there with each of them.
  package static let omittedOnNode = Set(
    [
      "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs",
      "fusectl", "hugetlbfs", "mqueue", "nsfs", "overlay", "proc", "pstore", "ramfs", "rpc_pipefs", "securityfs",
      "selinuxfs", "sysfs", "tracefs",
    ].map { Array($0.utf8) })
}

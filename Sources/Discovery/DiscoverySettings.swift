/// What a site may choose about finding out what its workloads are.
package struct DiscoverySettings: Sendable {
  /// nil: mounts are not looked at.
  package var mounts: MountSettings? = MountSettings()

  package init() {}
}

/// What a runtime said of a container, or of a pod's sandbox, and the facts that are made of it.
struct ContainerFacts {
  var runtime: String
  /// nil: the question was about the sandbox itself.
  var container: Runtime_V1_ContainerStatus?
  var info: RuntimeInfo?
  var sandbox: Runtime_V1_PodSandboxStatus
  var sandboxInfo: RuntimeInfo?

  /// - Parameter tellsPod: the pod's labels and annotations too; false: somebody else knows them better.
  func pairs(tellsPod: Bool) -> FactPairs {
    var pairs = FactPairs()
    pairs.add("container.id", String((container?.id ?? sandbox.id).prefix(12)))
    pairs.add("container.full_id", container?.id ?? sandbox.id)
    pairs.addText("container.type", Self.type(runtime))
    pairs.add("k8s.pod.full_sandbox_id", sandbox.id)
    pairs.addText("k8s.pod.name", sandbox.metadata.name)
    pairs.addText("k8s.pod.uid", sandbox.metadata.uid)
    pairs.addText("k8s.ns.name", sandbox.metadata.namespace)
    pairs.addText("k8s.pod.ip", sandbox.network.ip)
    pairs.addText("container.ip", sandbox.network.ip)
    addNamespaces(to: &pairs)
    pairs.add("container.privileged", (container == nil ? sandboxInfo : info)?.isPrivileged)
    if let container { add(container, to: &pairs) }
    if tellsPod {
      pairs.add("k8s.pod.label", each: sandbox.labels)
      pairs.add("k8s.pod.annotation", each: sandbox.annotations)
    }
    return pairs
  }

  private func add(_ container: Runtime_V1_ContainerStatus, to pairs: inout FactPairs) {
    pairs.addText("container.name", container.metadata.name)
    // Its cgroup is there a moment before it starts, and then it is asked about.
    let start = container.startedAt > 0 ? container.startedAt : container.createdAt
    if start > 0 { pairs.add("container.start_ts", String(start)) }
    addImage(of: container, to: &pairs)
    // Labels come before mounts, of which there may be many.
    pairs.add("container.label", each: container.labels)
    pairs.add("container.annotation", each: container.annotations)
    for (index, mount) in container.mounts.enumerated() {
      pairs.add("container.mount.source[\(index)]", mount.hostPath)
      pairs.add("container.mount.dest[\(index)]", mount.containerPath)
      pairs.add("container.mount.mode[\(index)]", "")
      pairs.add("container.mount.rdwr[\(index)]", !mount.readonly)
      pairs.add("container.mount.propagation[\(index)]", Self.propagation(mount.propagation))
    }
  }

  private func addImage(of container: Runtime_V1_ContainerStatus, to pairs: inout FactPairs) {
    let reference = ImageName(container.imageRef)
    let id = [container.imageID, container.imageRef, info?.config?.image?.image ?? "", container.image.image]
      .lazy.compactMap(ImageName.id).first
    pairs.add("container.image.id", id)
    // A runtime that has no name for the image says its id.
    guard !container.image.image.isEmpty, ImageName.id(container.image.image) == nil else { return }
    let name = ImageName(container.image.image)
    pairs.add("container.image", container.image.image)
    pairs.add("container.image.repository", name.repository)
    pairs.add("container.image.tag", name.tag)
    pairs.add("container.image.digest", name.digest ?? reference.digest)
  }

  private func addNamespaces(to pairs: inout FactPairs) {
    guard sandbox.hasLinux, sandbox.linux.hasNamespaces else { return }
    let options = sandbox.linux.namespaces.options
    // The pod says which network and IPC; a container may have processes of its own.
    let ofContainer = info?.config?.linux?.securityContext?.namespaceOptions?.pid
    pairs.add("container.host_network", options.network == .node)
    pairs.add("container.host_ipc", options.ipc == .node)
    pairs.add("container.host_pid", ofContainer.map { $0 == Runtime_V1_NamespaceMode.node.rawValue } ?? (options.pid == .node))
  }

  /// As rules name it.
  static func type(_ runtime: String) -> String {
    switch runtime {
    case "cri-o", "containerd", "docker": runtime
    default: runtime.lowercased()
    }
  }

  private static func propagation(_ propagation: Runtime_V1_MountPropagation) -> String {
    switch propagation {
    case .propagationPrivate: "private"
    case .propagationHostToContainer: "rslave"
    case .propagationBidirectional: "rshared"
    case .UNRECOGNIZED: "unknown"
    }
  }
}

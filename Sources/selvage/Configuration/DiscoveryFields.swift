internal import Discovery
internal import Events
internal import Rules

/// Reads the part `discovery` of `selvage.yaml`: who is asked what workloads are. All of it may be left out.
enum DiscoveryFields {
  private static let keys = [
    "unknown_after", "off", "podman_socket", "podman_arguments", "docker_socket", "squeue", "slurm_conf", "slurm_jobs",
    "cri_sockets", "kubernetes",
  ]
  private static let clusterKeys = ["server", "certificates", "token", "node"]
  private static let sources = ["mounts", "podman", "docker", "slurm", "cri", "kubernetes"]

  static func read(_ fields: ItemFields, into settings: inout DiscoverySettings, log: inout DiagnosticLog) {
    fields.checkKeys(known: keys, as: .error, log: &log)
    if let seconds = fields.integer("unknown_after", range: 1...86400, log: &log) { settings.unknownAfterSeconds = seconds }
    if let arguments = fields.texts("podman_arguments", log: &log) { settings.podmanArguments = arguments }
    path("podman_socket", fields, &log) { settings.podmanSocket = $0 }
    path("docker_socket", fields, &log) { settings.dockerSocket = $0 }
    path("squeue", fields, &log) { settings.squeue = $0 }
    path("slurm_conf", fields, &log) { settings.slurmConfiguration = $0 }
    path("slurm_jobs", fields, &log) { settings.slurmFolder = $0 }
    for socket in fields.texts("cri_sockets", log: &log) ?? [] where !socket.hasPrefix("/") {
      log.error(fields.valueLocation(of: "cri_sockets"), "\(DisplayText.quoted(socket)) is no whole path, from / on")
    }
    if let sockets = fields.texts("cri_sockets", log: &log) { settings.runtimeSockets = sockets }
    if let cluster = fields.mapping("kubernetes", log: &log) { settings.cluster = read(cluster, log: &log) }
    for name in fields.texts("off", log: &log) ?? [] {
      switch name {
      case "mounts": settings.mounts = nil
      case "podman": settings.podman = false
      case "docker": settings.docker = false
      case "slurm": settings.slurm = false
      case "cri": settings.runtimeSockets = []
      case "kubernetes": settings.kubernetes = false
      default:
        log.error(
          fields.valueLocation(of: "off"), "no source of facts is called \(DisplayText.quoted(name))",
          hint: "they are \(sources.joined(separator: ", "))")
      }
    }
  }

  private static func read(_ fields: ItemFields, log: inout DiagnosticLog) -> ClusterSettings? {
    fields.checkKeys(known: clusterKeys, as: .error, log: &log)
    guard let server = fields.text("server", log: &log)?.text else {
      log.error(fields.file.location(at: fields.node.start), "'server' is missing", hint: "as https://10.0.0.1:6443")
      return nil
    }
    var settings = ClusterSettings(
      server: server, certificatePath: nil, tokenPath: nil,
      node: fields.text("node", log: &log)?.text ?? ClusterSettings.machineName)
    path("certificates", fields, &log) { settings.certificatePath = $0 }
    path("token", fields, &log) { settings.tokenPath = $0 }
    if let complaint = settings.complaint {
      log.error(fields.file.location(at: fields.node.start), complaint)
      return nil
    }
    return settings
  }

  private static func path(
    _ key: String, _ fields: ItemFields, _ log: inout DiagnosticLog, _ take: (String) -> Void
  ) {
    guard let path = fields.text(key, log: &log)?.text else { return }
    if path.hasPrefix("/") {
      take(path)
    } else {
      log.error(fields.valueLocation(of: key), "'\(key)' is a whole path, from / on")
    }
  }
}

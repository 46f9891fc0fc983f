internal import Discovery
internal import Events
internal import Rules

/// Reads the part `discovery` of `selvage.yaml`: who is asked what workloads are. All of it may be left out.
enum DiscoveryFields {
  private static let keys = [
    "unknown_after", "off", "podman_socket", "podman_arguments", "docker_socket", "squeue", "slurm_conf", "slurm_jobs",
  ]
  private static let sources = ["mounts", "podman", "docker", "slurm"]

  static func read(_ fields: ItemFields, into settings: inout DiscoverySettings, log: inout DiagnosticLog) {
    fields.checkKeys(known: keys, as: .error, log: &log)
    if let seconds = fields.integer("unknown_after", range: 1...86400, log: &log) { settings.unknownAfterSeconds = seconds }
    if let arguments = fields.texts("podman_arguments", log: &log) { settings.podmanArguments = arguments }
    path("podman_socket", fields, &log) { settings.podmanSocket = $0 }
    path("docker_socket", fields, &log) { settings.dockerSocket = $0 }
    path("squeue", fields, &log) { settings.squeue = $0 }
    path("slurm_conf", fields, &log) { settings.slurmConfiguration = $0 }
    path("slurm_jobs", fields, &log) { settings.slurmFolder = $0 }
    for name in fields.texts("off", log: &log) ?? [] {
      switch name {
      case "mounts": settings.mounts = nil
      case "podman": settings.podman = false
      case "docker": settings.docker = false
      case "slurm": settings.slurm = false
      default:
        log.error(
          fields.valueLocation(of: "off"), "no source of facts is called \(DisplayText.quoted(name))",
          hint: "they are \(sources.joined(separator: ", "))")
      }
    }
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

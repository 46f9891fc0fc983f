internal import Capture
internal import Discovery
internal import Events

/// What `selvage doctor` tells.
struct DoctorReport: Encodable {
  struct HookRow: Encodable {
    let name: String
    let events: [String]
    /// attached, not needed, refused, not tried
    let state: String
    let since: String
    /// What is not seen without it.
    let unseen: String
    let reason: String?
  }

  struct SourceRow: Encodable {
    let name: String
    /// answers, does not answer, not here
    let state: String
    let place: String
    let remark: String?
  }

  let version = Selvage.version
  let kernel: String
  let machine: String
  let btf: Bool
  let cgroup2: String?
  let cgroupLayout: String?
  let bpffs: String?
  let securityModules: [String]
  let missingCapabilities: [String]
  let hooks: [HookRow]
  /// Who says what workloads are.
  let sources: [SourceRow]
  /// Why nothing can be watched.
  let failure: String?

  init(_ node: NodeReport, _ states: [HookState], _ statuses: [SourceStatus], _ failure: CaptureError?) {
    kernel = node.kernel
    machine = node.machine
    btf = node.hasBTF
    cgroup2 = node.hierarchy?.path
    cgroupLayout = node.hierarchy.map { $0.isHybrid ? "hybrid" : "pure" }
    bpffs = node.bpfFilesystem
    securityModules = node.securityModules
    missingCapabilities = node.missingCapabilities
    sources = statuses.map {
      SourceRow(name: $0.source.name, state: $0.state.rawValue, place: $0.place, remark: $0.remark ?? Self.need($0))
    }
    self.failure = failure.map { "\($0)" }
    hooks = states.isEmpty ? Hook.all.map { Self.row($0, nil) } : states.map { Self.row($0.hook, $0.state) }
  }

  private static func row(_ hook: Hook, _ state: HookState.State?) -> HookRow {
    var reason: String?
    let name: String
    switch state {
    case nil: name = "not tried"
    case .attached: name = "attached"
    case .notNeeded: name = "not needed"
    case .refused(let text):
      name = "refused"
      reason = text
    }
    return HookRow(
      name: hook.name, events: hook.kinds.kinds.map(\.name), state: name, since: hook.since, unseen: hook.unseen,
      reason: reason)
  }

  /// What to do about a source that is not there.
  private static func need(_ status: SourceStatus) -> String? {
    guard status.state == .absent else { return nil }
    switch status.source {
    case .cri: return "containers of Kubernetes stay unknown; needs the socket of containerd or CRI-O"
    case .podman: return "needs the socket of `podman system service`, or podman itself"
    case .docker: return "needs docker's socket"
    case .kubernetes: return "pods' labels come from the runtime, the namespaces' from nobody; needs access to the API"
    case .slurm, .pushed: return "needs squeue, or a Prolog that leaves files of jobs"
    }
  }

  var text: String {
    var lines = [
      "selvage \(version)",
      "kernel     \(kernel) \(machine)",
      "BTF        \(btf ? "yes" : "NO: /sys/kernel/btf/vmlinux is missing")",
      "cgroup2    \(cgroup2.map { "\($0) (\(cgroupLayout ?? ""))" } ?? "NOT MOUNTED")",
      "bpffs      \(bpffs ?? "not mounted; selvage run mounts it")",
      "LSM        \(securityModules.isEmpty ? "not told" : securityModules.joined(separator: ", "))",
    ]
    if !missingCapabilities.isEmpty { lines.append("MISSING    \(missingCapabilities.joined(separator: ", "))") }
    lines.append("")
    let width = hooks.map(\.name.count).max() ?? 0
    for hook in hooks {
      let name = hook.name + String(repeating: " ", count: width - hook.name.count)
      let events = hook.events.isEmpty ? "owners of open sockets" : hook.events.joined(separator: ", ")
      lines.append("\(name)  \(hook.state)  \(events)")
      if hook.state == "refused" {
        lines.append("    not seen: \(hook.unseen) (Linux \(hook.since) has it)")
        lines.append("    \((hook.reason ?? "").prefix { $0 != "\n" })")
      }
    }
    if !sources.isEmpty { lines += ["", "Who says what workloads are:"] }
    for source in sources {
      let name = source.name + String(repeating: " ", count: max(0, 10 - source.name.count))
      lines.append("  \(name)  \(source.state)\(source.place.isEmpty ? "" : "  \(source.place)")")
      if let remark = source.remark { lines.append("      \(remark)") }
    }
    if let failure { lines += ["", "Nothing can be watched: \(failure)"] }
    return lines.joined(separator: "\n")
  }
}

internal import Capture
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
  /// Why nothing can be watched.
  let failure: String?

  init(_ node: NodeReport, _ states: [HookState], _ failure: CaptureError?) {
    kernel = node.kernel
    machine = node.machine
    btf = node.hasBTF
    cgroup2 = node.hierarchy?.path
    cgroupLayout = node.hierarchy.map { $0.isHybrid ? "hybrid" : "pure" }
    bpffs = node.bpfFilesystem
    securityModules = node.securityModules
    missingCapabilities = node.missingCapabilities
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
    if let failure { lines += ["", "Nothing can be watched: \(failure)"] }
    return lines.joined(separator: "\n")
  }
}

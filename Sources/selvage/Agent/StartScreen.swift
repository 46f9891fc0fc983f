internal import Capture
internal import Events

/// What `run` says before it starts: what is watched on this node, and what can't be.
enum StartScreen {
  static func text(_ sensors: Sensors, rules: Int, kinds: EventKinds) -> String {
    var lines = ["selvage \(Selvage.version) on \(NodeName.host), kernel \(NodeName.kernel): \(rules) rules"]
    let watched = sensors.kinds.intersection([.processes, kinds]).kinds.map(\.name)
    lines.append("  watched: \(watched.joined(separator: ", "))")
    let unasked = sensors.kinds.intersection(.sockets).subtracting(kinds).kinds.map(\.name)
    if !unasked.isEmpty { lines.append("  no rule asks for: \(unasked.joined(separator: ", "))") }
    for state in sensors.hooks {
      guard case .refused(let reason) = state.state else { continue }
      lines.append("  NOT SEEN: \(state.hook.unseen): \(state.hook.name) (\(reason.prefix { $0 != "\n" }))")
    }
    return lines.joined(separator: "\n")
  }
}

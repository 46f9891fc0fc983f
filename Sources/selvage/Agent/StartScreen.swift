internal import Capture
internal import Events

/// What `run` says before it starts: what is watched on this node, and what can't be.
enum StartScreen {
  static func text(_ sensors: Sensors, rules: Int, kinds: EventKinds) -> String {
    var lines = ["selvage \(Selvage.version) on \(NodeName.host), kernel \(NodeName.kernel): \(rules) rules"]
    lines += watched(sensors, kinds: kinds)
    for state in sensors.hooks {
      guard case .refused(let reason) = state.state else { continue }
      lines.append("  NOT SEEN: \(state.hook.unseen): \(state.hook.name) (\(reason.prefix { $0 != "\n" }))")
    }
    return lines.joined(separator: "\n")
  }

  /// What `run` says when other rules took over.
  static func reloaded(_ sensors: Sensors, rules: Int, kinds: EventKinds) -> String {
    (["Reloaded: \(rules) rules"] + watched(sensors, kinds: kinds)).joined(separator: "\n")
  }

  private static func watched(_ sensors: Sensors, kinds: EventKinds) -> [String] {
    let watched = sensors.kinds.intersection([.processes, kinds]).kinds.map(\.name)
    let unasked = sensors.kinds.intersection(.sockets).subtracting(kinds).kinds.map(\.name)
    let line = "  watched: \(watched.joined(separator: ", "))"
    return unasked.isEmpty ? [line] : [line, "  no rule asks for: \(unasked.joined(separator: ", "))"]
  }
}

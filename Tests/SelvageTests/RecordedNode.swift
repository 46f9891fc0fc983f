import Glibc
import TestSupport
import Testing

/// An agent and recorders in a folder of their own, with a rule that many events fire.
struct RecordedNode {
  let folder: TemporaryFolder
  let mark = "selvage-\(getpid())-\(UInt32.random(in: 0 ... .max))"
  let configuration: String

  var socket: String { "\(folder.path)/record.sock" }
  var rules: String { "\(folder.path)/rules.yaml" }
  var fifo: String { "\(folder.path)/go" }

  init() throws {
    folder = try TemporaryFolder()
    // Relative to its folder, as all paths of a configuration are.
    configuration = try folder.write("rules: [rules.yaml]\nrecord_socket: record.sock\ncontrol_socket: control.sock\n", "selvage.yaml")
    try folder.write(
      Selvage.rule(
        "All", "evt.type in (execve, procexit, connect)",
        output: "%evt.type %evt.time %proc.cmdline %proc.aname %proc.aname[2] %proc.aexepath[3] %proc.sname %fd.name %evt.res")
        + Selvage.rule("Marked", "evt.type = execve and proc.args contains trigger-\(mark)"), "rules.yaml")
    guard mkfifo(fifo, 0o600) == 0 else { throw TestFailure("mkfifo") }
  }

  func agent() throws -> Program { try Selvage.live("--config", configuration, "--json", "\(folder.path)/alerts.json") }

  /// What the agent told so far, a line an alert.
  var alerts: [String] { lines(contents("\(folder.path)/alerts.json")) }

  /// A recorder that the agent has taken in.
  func recorder(_ file: String, _ arguments: String...) throws -> Program {
    let program = try Program(Selvage.path, self.arguments(file, arguments).map { Array($0.utf8) })
    try program.says("Ctrl-C ends it")
    return program
  }

  /// To its end.
  func record(_ file: String, _ arguments: String...) throws -> Program.Ending {
    try Program.run(Selvage.path, self.arguments(file, arguments))
  }

  private func arguments(_ file: String, _ more: [String]) -> [String] {
    ["record", "--config", configuration, "-o", "\(folder.path)/\(file)"] + more
  }

  func go() throws { try folder.write("\n", "go") }

  /// The alerts of a file of the folder.
  func replay(_ file: String) throws -> [String] {
    try Selvage.run("replay", "--all", "\(folder.path)/\(file)", "--rules", rules, "--json", "-").output
      .split(separator: "\n").map(String.init)
  }

  /// Whether the agent told these, one after the other, without any between.
  func agentHas(_ replayed: [String]) throws -> Bool {
    let alerts = alerts
    guard let first = replayed.first, let start = alerts.firstIndex(of: first) else { return false }
    return Array(alerts[start...].prefix(replayed.count)) == replayed
  }

  /// Files of the folder whose names begin so, by name.
  func files(_ prefix: String) -> [String] { filesIn(".", prefix) }

  func filesIn(_ subfolder: String, _ prefix: String) -> [String] {
    guard let stream = opendir("\(folder.path)/\(subfolder)") else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix(prefix) { names.append(name) }
    }
    return names.sorted { Self.order($0) < Self.order($1) }
  }

  /// `x-TIME.trace` comes before `x-TIME-2.trace`.
  private static func order(_ name: String) -> String {
    let stem = name.split(separator: ".")[0]
    let parts = stem.split(separator: "-")
    guard parts.count == 3, let number = Int(parts[2]) else { return "\(stem)-0001" }
    return "\(parts[0])-\(parts[1])-\(String(repeating: "0", count: 4 - "\(number)".count))\(number)"
  }
}

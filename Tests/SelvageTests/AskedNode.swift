import Glibc
import TestSupport
import Testing

/// An agent with two tenants, a service of each, and people who ask it: security staff, owners, a stranger.
final class AskedNode {
  static let isPossible = Selvage.isRoot && access("/usr/bin/setpriv", X_OK) == 0 && hierarchy != nil

  /// Where the cgroup2 hierarchy is mounted.
  static let hierarchy: String? = lines(contents("/proc/self/mounts")).map { $0.split(separator: " ") }
    .first { $0.count > 2 && $0[2] == "cgroup2" }.map { String($0[1]) }

  let folder: TemporaryFolder
  let mark = "selvage-\(getpid())-\(UInt32.random(in: 0 ... .max))"
  private let slice: String

  var socket: String { "\(folder.path)/control.sock" }
  var configuration: String { "\(folder.path)/selvage.yaml" }

  /// Users that have no account, so that nothing but their numbers counts.
  enum Person: UInt32, CaseIterable {
    case root = 0
    case staff = 61_000
    case owner = 61_001
    case other = 61_002
    case stranger = 61_003
  }

  init() throws {
    folder = try TemporaryFolder()
    slice = "\(Self.hierarchy ?? "")/system.slice"
    // Others are to come this far, and to run the program wherever it was built.
    try check(chmod(folder.path, 0o755) == 0, "chmod")
    try check(try Program.run("/bin/cp", ["--reflink=auto", Selvage.path, "\(folder.path)/selvage"]).status == 0, "cp")
    try folder.write(
      """
      rules: [rules.yaml]
      tenants: tenants.yaml
      record_socket: record.sock
      control_socket: control.sock
      staff: [user:\(Person.staff.rawValue)]
      """, "selvage.yaml")
    try folder.write(
      """
      tenants:
      - tenant: a
        match: workload.name = \(service("a"))
        owners: [user:\(Person.owner.rawValue)]
      - tenant: b
        match: workload.name = \(service("b"))
        owners: [group:\(Person.other.rawValue)]
      """, "tenants.yaml")
    try folder.write(
      Selvage.rule("Mark", "evt.type = execve and proc.name = true and proc.args contains \(mark)", output: "ran %proc.cmdline"), "rules.yaml")
    mkdir(slice, 0o755)
    for name in ["a", "b"] { try check(mkdir("\(slice)/\(service(name))", 0o755) == 0, "mkdir \(slice)/\(service(name))") }
  }

  deinit {
    for name in ["a", "b"] { _ = eventually(seconds: 5) { rmdir("\(slice)/\(service(name))") == 0 } }
    rmdir(slice)
  }

  func service(_ name: String) -> String { "\(mark)-\(name).service" }
  func cgroup(_ name: String) -> String { "\(slice)/\(service(name))" }

  func agent() throws -> Program {
    let agent = try Selvage.live("--config", configuration, "--json", "\(folder.path)/alerts.json")
    try check(!agent.errors.contains("nobody can ask"), agent.errors)
    return agent
  }

  /// A program of a tenant's service.
  func run(_ name: String, _ text: String) throws {
    let script = "echo 0 > \(cgroup(name))/cgroup.procs; exec /bin/true \"$@\""
    try check(try Program.run("/bin/sh", ["-c", script, "sh", mark, text]).status == 0, "a program of \(name)")
  }

  /// One that stays.
  func stay(_ name: String) throws -> Program {
    let script = "echo 0 > \(cgroup(name))/cgroup.procs; echo up >&2; exec sleep 600"
    let program = try Program("/bin/sh", "-c", script)
    try program.says("up")
    return program
  }

  func start(_ person: Person, _ arguments: String...) throws -> Program { try start(person, arguments) }

  /// To its end.
  func ask(_ person: Person, _ arguments: String...) throws -> Program.Ending { try start(person, arguments).finish() }

  private func start(_ person: Person, _ arguments: [String]) throws -> Program {
    let all =
      ["--reuid=\(person.rawValue)", "--regid=\(person.rawValue)", "--clear-groups", "\(folder.path)/selvage"] + arguments
      + ["--socket", socket]
    return try Program("/usr/bin/setpriv", all.map { Array($0.utf8) })
  }

  func check(_ holds: Bool, _ what: String) throws { if !holds { throw TestFailure(what) } }
}

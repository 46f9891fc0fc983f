import Glibc
import TestSupport

/// The program under test, as it was built beside the tests.
enum Selvage {
  static let path: String = {
    let own = realpath("/proc/self/exe", nil)
    defer { free(own) }
    let tests = own.map { String(cString: $0) } ?? ""
    return tests[...(tests.lastIndex(of: "/") ?? tests.startIndex)] + "selvage"
  }()

  static let isRoot = geteuid() == 0

  static func run(_ arguments: String..., input: String = "/dev/null", directory: String? = nil) throws -> Program.Ending {
    try Program.run(path, arguments, input: input, directory: directory)
  }

  private static let folder = Result { try TemporaryFolder() }

  /// A live agent, past its start. Without a configuration its recorders' socket is its own: a test that records does not
  /// come upon another test's agent.
  ///
  /// - Parameter sendsAll: whatever is like others is sent as well.
  static func live(_ arguments: String..., sendsAll: Bool = true) throws -> Program {
    var arguments = arguments + (sendsAll ? ["--all"] : [])
    if !arguments.contains("--config") {
      let name = "\(UInt64.random(in: 0 ... .max))"
      arguments += ["--config", try folder.get().write("record_socket: \(name).sock\ncontrol_socket: \(name)-control.sock\n", "\(name).yaml")]
    }
    let program = try Program(path, (["run"] + arguments).map { Array($0.utf8) })
    try program.says("Watching.")
    return program
  }

  /// A rule file with one rule.
  static func rule(_ name: String, _ condition: String, output: String = "fired") -> String {
    "- {rule: \(name), desc: d, condition: \"\(condition)\", output: \"\(output)\", priority: Warning}\n"
  }
}

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

  /// A live agent, past its start.
  static func live(_ arguments: String...) throws -> Program {
    let program = try Program(path, (["run"] + arguments).map { Array($0.utf8) })
    try program.says("Watching.")
    return program
  }

  /// A rule file with one rule.
  static func rule(_ name: String, _ condition: String, output: String = "fired") -> String {
    "- {rule: \(name), desc: d, condition: \"\(condition)\", output: \"\(output)\", priority: Warning}\n"
  }
}

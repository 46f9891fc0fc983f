internal import Glibc

/// A script that sets something up, runs a command and takes it all away again: Tests/podman/node, Tests/slurm/node. It
/// stands until it goes out of scope.
package final class NodeScript {
  package let folder: TemporaryFolder
  private let program: Program

  /// Whether programs are there that it needs; and root.
  package static func has(_ programs: String...) -> Bool {
    geteuid() == 0
      && programs.allSatisfy { name in
        ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
          .contains { access("\($0)/\(name)", X_OK) == 0 }
      }
  }

  /// - Parameters:
  ///   - name: as `podman/node`, below Tests.
  ///   - command: for a shell, run before it is ready.
  package init(_ name: String, _ command: String = "true", environment: [String] = []) throws {
    folder = try TemporaryFolder()
    let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let path = folder.path
    let script = "\(command); touch \(path)/ready; while [ -e \(path)/ready ]; do sleep 0.05; done"
    program = try Program(
      "/bin/bash", ["\(root)/Tests/\(name)", path, "/bin/sh", "-c", script].map { Array($0.utf8) },
      environment: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"] + environment)
    let program = program
    try expect(
      eventually(seconds: 120) { access("\(path)/ready", F_OK) == 0 || program.isOver }, "\(name): it hangs: \(program.errors)")
    try expect(access("\(path)/ready", F_OK) == 0, "\(name): \(program.errors)")
  }

  deinit {
    unlink("\(folder.path)/ready")
    _ = try? program.finish(seconds: 60)
  }

  /// Runs a command of the script's folder, in its view of the node.
  package func run(_ name: String, _ arguments: String...) throws -> String {
    let ending = try Program.run("/usr/bin/nsenter", ["-t", "\(program.id)", "-m", "\(folder.path)/\(name)"] + arguments)
    try expect(ending.status == 0, "\(name) \(arguments): \(ending.errors)")
    return String(ending.output.prefix { $0 != "\n" })
  }
}

internal import Glibc

/// A host of its own: a network namespace with an address, and a wire to it that can be cut.
package final class FarHost {
  package static let isPossible = geteuid() == 0 && (access("/usr/sbin/ip", X_OK) == 0 || access("/sbin/ip", X_OK) == 0)

  package let address: String
  private let name: String

  /// - Throws: where namespaces can't be made.
  package init() throws {
    name = "selvage\(getpid() % 10_000)"
    // Of the addresses for tests of networks (RFC 2544).
    address = "198.18.77.2"
    try Self.ip("netns", "add", name)
    do {
      try Self.ip("link", "add", "\(name)a", "type", "veth", "peer", "name", "far0", "netns", name)
      try Self.ip("address", "add", "198.18.77.1/30", "dev", "\(name)a")
      try Self.ip("link", "set", "\(name)a", "up")
      try Self.ip("-n", name, "address", "add", "\(address)/30", "dev", "far0")
      try Self.ip("-n", name, "link", "set", "far0", "up")
    } catch {
      try? Self.ip("netns", "delete", name)
      throw error
    }
  }

  deinit {
    try? Self.ip("link", "delete", "\(name)a")
    try? Self.ip("netns", "delete", name)
  }

  /// Runs a program there.
  package func program(_ arguments: String...) throws -> Program {
    try Program("/usr/bin/env", (["ip", "netns", "exec", name] + arguments).map { Array($0.utf8) })
  }

  /// What is sent there goes nowhere; nothing here is told.
  package func cut() throws { try Self.ip("-n", name, "link", "set", "far0", "down") }
  package func mend() throws { try Self.ip("-n", name, "link", "set", "far0", "up") }

  private static func ip(_ arguments: String...) throws {
    let ending = try Program.run("/usr/bin/env", ["ip"] + arguments)
    try expect(ending.status == 0, "ip \(arguments.joined(separator: " ")): \(ending.errors)")
  }
}

import Control
import Glibc
import TestSupport
import Testing

struct SocketTests {
  @Test func everybodyMayConnectAndAStaleSocketIsReplaced() throws {
    let agent = try TestAgent()
    var file = stat()
    #expect(stat(agent.socket, &file) == 0 && file.st_mode & 0o7777 == 0o666)
    #expect(throws: ControlError.self) { try StreamSocket.listening(at: agent.socket, mode: 0o666) }
    agent.close()
    #expect(access(agent.socket, F_OK) != 0)
    // Left by one that was killed.
    try { _ = try StreamSocket.listening(at: agent.socket, mode: 0o600) }()
    #expect(access(agent.socket, F_OK) == 0)
    _ = try StreamSocket.listening(at: agent.socket, mode: 0o666)
  }

  @Test func theUmaskTakesNothing() throws {
    let folder = try TemporaryFolder()
    let before = umask(0o077)
    defer { umask(before) }
    _ = try StreamSocket.listening(at: "\(folder.path)/made/control.sock", mode: 0o666)
    var file = stat()
    #expect(stat("\(folder.path)/made/control.sock", &file) == 0 && file.st_mode & 0o7777 == 0o666)
    #expect(stat("\(folder.path)/made", &file) == 0 && file.st_mode & 0o7777 == 0o755)
  }

  @Test(.enabled(if: TestAgent.isPossible, "needs root"))
  func aClientGetsTheAnswer() throws {
    let agent = try TestAgent()
    let client = ControlClient(path: agent.socket)
    let status = try client.ask("/v1/status")
    #expect(status.status == 200 && String(decoding: status.bytes, as: UTF8.self).contains("node-1"))
    let tenant = "a b&c=d/%?\u{1B}\n"
    let refused = try client.ask(ControlPath.of("/v1/workloads", ["tenant": tenant]))
    #expect(refused.status == 404)
    agent.close()
    let error = #expect(throws: ControlError.self) { try client.ask("/v1/status") }
    #expect(error?.isAbsence == true)
    #expect(throws: ControlError.self) { try ControlClient(path: String(repeating: "x", count: 200)).ask("/v1/status") }
  }
}

import Glibc
import TestSupport
import Testing

/// Whoever knocks at the agent's socket harms nobody but itself.
@Suite(
  .serialized, .enabled(if: Selvage.isRoot && access("/usr/bin/python3", X_OK) == 0, "needs root, and python3 for the peers"))
struct HostileRecorderTests {
  private let node: RecordedNode

  init() throws { node = try RecordedNode() }

  /// Peers that go on until they are killed.
  private func peers(_ script: String) throws -> Program {
    let text = """
      import socket, sys, time
      def knock(data=b""):
        s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(data); return s
      \(script)
      print("done", file=sys.stderr, flush=True)
      time.sleep(600)
      """
    let program = try Program("/usr/bin/python3", "-c", text, node.socket)
    try program.says("done")
    return program
  }

  @Test func silentOnesAndGarbageKeepNobodyWaiting() throws {
    let agent = try node.agent()
    let peers = try peers(
      """
      import os
      held = [knock() for _ in range(100)] + [knock(b"selvage rec") for _ in range(20)]
      for data in (b"\\n", b"GET / HTTP/1.1\\r\\n\\r\\n", os.urandom(4096), b"selvage record 2 ff\\n", b"selvage record 1 xyz\\n", b"x" * 65536):
        try: held.append(knock(data))
        except OSError: pass
      for _ in range(300): knock(b"selvage record 1 ff\\n").close()
      """)
    let recorder = try node.recorder("t.trace")
    for i in 0..<20 { _ = try Program("/bin/true", node.mark, "\(i)").finish() }
    recorder.signal(SIGINT)
    #expect(try recorder.finish().status == 0)
    let replayed = try node.replay("t.trace")
    #expect(replayed.count { $0.contains(node.mark) } == 40)
    #expect(try node.agentHas(replayed))
    peers.signal(SIGKILL)
    agent.signal(SIGTERM)
    let end = try agent.finish()
    #expect(end.status == 0, "\(end.errors)")
    #expect(!node.alerts.contains { $0.contains("Events lost") })
  }

  @Test func whatCanNotBeHadIsSaid() throws {
    let agent = try node.agent()
    let peers = try peers(
      """
      import time
      for data in (b"selvage record 2 ff\\n", b"x" * 64):
        print(knock(data).makefile().read(), file=sys.stderr)
      """)
    #expect(peers.errors.contains("does not know that request") && peers.errors.contains("no request of a recorder"))
    peers.signal(SIGKILL)
    agent.signal(SIGTERM)
    #expect(try agent.finish().status == 0)
  }

  /// It asks, and then takes nothing: the agent goes on, others are served, and its end does not wait for it.
  @Test func oneThatTakesNothingStallsNothing() throws {
    let agent = try node.agent()
    let peers = try peers("held = [knock(b'selvage record 1 ffffff\\n') for _ in range(3)]")
    try agent.says("3 there")
    let recorder = try node.recorder("t.trace")
    let fifth = try node.record("fifth.trace", "--agent", "--seconds", "1")
    #expect(fifth.status == 2 && fifth.errors.contains("too many recorders"), "\(fifth.errors)")
    _ = try Program("/bin/bash", "-c", "for i in {1..500}; do /bin/true \(node.mark) $i; done").finish()
    recorder.signal(SIGINT)
    #expect(try recorder.finish().status == 0)
    let replayed = try node.replay("t.trace")
    #expect(replayed.count { $0.contains("/bin/true \(node.mark)") || $0.contains("true \(node.mark)") } >= 1000)
    #expect(try node.agentHas(replayed))
    agent.signal(SIGTERM)
    let end = try agent.finish(seconds: 30)
    #expect(end.status == 0, "\(end.errors)")
    #expect(!node.alerts.contains { $0.contains("Events lost") })
    peers.signal(SIGKILL)
  }

  /// The mode keeps others out; were it changed, their user id would.
  @Test(.enabled(if: access("/usr/bin/setpriv", X_OK) == 0, "needs setpriv"))
  func onlyRootIsLetIn() throws {
    let agent = try node.agent()
    var file = stat()
    #expect(stat(node.socket, &file) == 0 && file.st_mode & 0o7777 == 0o600)
    let knock = [
      "--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/python3", "-c",
      "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); print(s.recv(100).decode())", node.socket,
    ]
    #expect(chmod(node.folder.path, 0o755) == 0)
    #expect(try Program.run("/usr/bin/setpriv", knock).errors.contains("PermissionError"))
    #expect(chmod(node.socket, 0o666) == 0)
    #expect(try Program.run("/usr/bin/setpriv", knock).output.contains("only root may record"))
    agent.signal(SIGTERM)
    #expect(try agent.finish().status == 0)
  }
}

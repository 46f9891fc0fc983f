import CEvents
import CTriggers
import Capture
import Events
import Glibc
import SystemPackage
import Testing

extension KernelTests {
  /// iter/task_file: sockets that were open before the agent have an owner all the same.
  @Suite struct OpenSocketTests {
    @Test func ownersOfWhatWasOpenBefore() throws {
      let listener = try TestSocket.listening()
      let client = try TestSocket(AF_INET)
      try client.connect(listener.local)
      let accepted = try listener.accept()

      let sensors = try Sensors(settings: CaptureSettings(), hierarchy: .current())
      let state = try #require(sensors.hooks.first { $0.hook == Hook.openSockets }).state
      #expect(state == .attached)
      let recording = try Recording(sensors)

      // One that comes in now is the listener's.
      let late = try TestSocket(AF_INET)
      try late.connect(listener.local)
      let lateAccepted = try listener.accept()
      try expectOwner(recording.socket(.accept, cookie: lateAccepted.cookie))

      let cookies = [try client.cookie, try accepted.cookie]
      client.close()
      accepted.close()
      for cookie in cookies { try expectOwner(recording.socket(.close, cookie: cookie)) }
    }

    @Test func ownerInAnotherProcess() throws {
      let listener = try TestSocket.listening()
      let child = try Child(started: listener.local.withAddress { trigger_connect_in_child($0, $1) })
      let accepted = try listener.accept()
      let recording = try Recording(Sensors(settings: CaptureSettings(), hierarchy: .current()))
      let port = try accepted.remote.port
      accepted.close()
      #expect(try child.finish() == 0)
      let close = try recording.first(.close) { $0.socket?.localEndpoint.port == port }
      #expect(close.header.pid == UInt32(child.pid))
      let exit = try recording.first(.exit) { $0.header.pid == UInt32(child.pid) }
      #expect(close.header.start_ns == exit.header.start_ns)
      #expect(close.header.cgroup_id == exit.header.cgroup_id)
    }
  }
}

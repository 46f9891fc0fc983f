import CEvents
import Capture
import Events
import Glibc
import SystemPackage
import Testing

extension KernelTests {
  /// Only what a rule asks for comes up; process records always do.
  @Suite struct KindFilterTests {
    /// Makes an event of each kind while only `kinds` are wanted, and says which came.
    private func told(_ kinds: EventKinds) throws -> (kinds: Set<EventKind>, records: [Captured]) {
      let sensors = try SharedSensors.get()
      try sensors.want(kinds)
      defer { try? sensors.want(.all) }
      let before = try sensors.counters().kinds
      let recording = try Recording()
      let listener = try TestSocket.listening()
      let client = try TestSocket(AF_INET)
      try client.connect(listener.local)
      let accepted = try listener.accept()
      let datagram = try TestSocket(AF_INET, TestSocket.datagram)
      try datagram.send(to: .loopback4(9))
      let raw = try TestSocket(AF_INET, TestSocket.raw, protocol: CInt(IPPROTO_ICMP))
      let cookies = try [listener, client, accepted, datagram, raw].map { try $0.cookie }
      client.close()
      accepted.close()
      let child = try Child("/bin/true")
      _ = try child.finish()
      _ = try recording.first(.exit) { $0.header.pid == UInt32(child.pid) }
      let own = recording.records.filter {
        $0.header.pid == UInt32(child.pid) || cookies.contains($0.socket?.cookie ?? 0)
      }
      // What is not wanted is not even set out to be written.
      let produced = try sensors.counters().kinds.filter { $0.value != before[$0.key] }.keys
      #expect(produced.allSatisfy(kinds.union(.processes).contains))
      return (Set(own.compactMap(\.kind)), own)
    }

    @Test func all() throws {
      #expect(try told(.all).kinds == Set(EventKinds.all.kinds))
    }

    @Test func fromTheStart() throws {
      let sensors = try Sensors(settings: CaptureSettings(kinds: [.init(.listen)]), hierarchy: .current())
      let recording = try Recording(sensors)
      let listener = try TestSocket.listening()
      _ = try recording.socket(.listen, cookie: listener.cookie)
      #expect(Set(try sensors.counters().kinds.keys).isSubset(of: [.exec, .fork, .exit, .listen]))
    }

    /// As after a reload with a rule that asks for more.
    @Test func whoAsksLaterKnowsOwnersToo() throws {
      let sensors = try SharedSensors.get()
      try sensors.want(EventKinds(.connect))
      defer { try? sensors.want(.all) }
      let listener = try TestSocket.listening()
      let client = try TestSocket(AF_INET)
      try client.connect(listener.local)
      let accepted = try listener.accept()
      let cookies = try [client.cookie, accepted.cookie]
      try sensors.want(EventKinds(.close))
      let recording = try Recording()
      client.close()
      accepted.close()
      for cookie in cookies { try expectOwner(try recording.socket(.close, cookie: cookie)) }
    }

    @Test func none() throws {
      #expect(try told([]).kinds == [.exec, .fork, .exit])
    }

    @Test(arguments: EventKinds.sockets.kinds)
    func oneAlone(_ kind: EventKind) throws {
      let (kinds, records) = try told(EventKinds(kind))
      #expect(kinds == [.exec, .fork, .exit, kind])
      // Its owner is known although nothing of the socket's beginnings is told.
      for record in records where record.kind == kind { try expectOwner(record) }
    }
  }
}

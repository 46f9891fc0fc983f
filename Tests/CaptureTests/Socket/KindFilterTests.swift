import CEvents
import Capture
import Events
import Glibc
import SystemPackage
import Testing

extension KernelTests {
  /// Only what a rule asks for comes up; process records always do.
  @Suite struct KindFilterTests {
    /// Makes an event of each kind, and says which came.
    private func told(_ kinds: EventKinds) throws -> (kinds: Set<EventKind>, records: [Captured]) {
      let sensors = try Sensors(settings: CaptureSettings(kinds: kinds), hierarchy: .current())
      let recording = try Recording(sensors)
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
      let counters = try sensors.counters()
      #expect(Set(counters.kinds.keys).isSubset(of: kinds.union(.processes).kinds))
      return (Set(own.compactMap(\.kind)), own)
    }

    @Test func all() throws {
      #expect(try told(.all).kinds == Set(EventKinds.all.kinds))
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

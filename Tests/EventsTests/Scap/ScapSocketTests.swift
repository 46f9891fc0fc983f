import CEvents
import Glibc
import TestSupport
import Testing

@testable import Events

/// Sockets of a capture, by what calls made of them.
struct ScapSocketTests {
  private static let near: [UInt8] = [10, 0, 0, 1]
  private static let far: [UInt8] = [93, 184, 216, 34]
  private static let near6: [UInt8] = [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [4]
  private static let far6: [UInt8] = [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [3]

  private func capture() -> ScapBuilder {
    var capture = ScapBuilder()
    capture.processes([ScapBuilder.Process(200) { $0.comm = "curl" }])
    return capture
  }

  @Test func aConnectionFromAttemptToEnd() throws {
    var capture = capture()
    capture.socket(200, 4, type: 1 | 0x80000)  // with SOCK_CLOEXEC
    capture.connect(200, 4, result: 0, ScapBuilder.tuple(Self.near, 40000, Self.far, 443))
    capture.close(200, 4)
    let imported = try Imported(capture)
    #expect(imported.kinds == [.task, .connect, .connected, .close])
    let attempt = try #require(imported.sockets(.connect).first)
    #expect((attempt.header.pid, attempt.result, attempt.remote_port, attempt.uid) == (200, -EINPROGRESS, 443, 1000))
    #expect(address(attempt.remote) == Self.far && string(attempt.comm) == "curl")
    #expect((attempt.family, attempt.type, attempt.protocol, attempt.flags) == (2, 1, 6, 0))
    let outcome = try #require(imported.sockets(.connected).first)
    #expect((outcome.result, outcome.local_port, outcome.duration_ns) == (0, 40000, 1_000_000))
    #expect(address(outcome.local) == Self.near && outcome.cookie == attempt.cookie && outcome.cookie != 0)
    let end = try #require(imported.sockets(.close).first)
    #expect((end.cookie, end.duration_ns) == (attempt.cookie, 2_000_000))
  }

  @Test func anOutcomeThatComesLater() throws {
    var capture = capture()
    for descriptor in Int64(4)...7 {
      capture.socket(200, descriptor, family: 10)
      capture.connect(200, descriptor, result: -115, ScapBuilder.tuple(Self.near6, 40000, Self.far6, 443))
    }
    // SO_ERROR tells the first two, sending the third; of the fourth nothing does.
    for (descriptor, error) in [(Int64(4), Int64(0)), (5, -111)] {
      capture.event(47, thread: 200, [
        ScapBuilder.le(Int64(0)), ScapBuilder.le(descriptor), [1], [4], [1] + ScapBuilder.le(error), ScapBuilder.le(UInt32(4)),
      ])
    }
    capture.event(30, thread: 200, [ScapBuilder.le(Int64(6)), ScapBuilder.le(UInt32(9)), []])
    capture.event(31, thread: 200, [ScapBuilder.le(Int64(9)), []])
    capture.close(200, 7)
    let imported = try Imported(capture)
    #expect(imported.kinds == [.task, .connect, .connect, .connect, .connect, .connected, .connected, .connected])
    #expect(imported.sockets(.connected).map(\.result) == [0, -ECONNREFUSED, 0])
    #expect(imported.counts.unknownOutcomes == 1)
    #expect(address(imported.sockets(.connected)[0].remote, 16) == Self.far6)
  }

  @Test func refusedAtOnce() throws {
    var capture = capture()
    capture.socket(200, 4)
    // Without a tuple, the address is in the first half, as captures have it since 2021.
    capture.event(22, thread: 200, [ScapBuilder.le(Int64(4)), ScapBuilder.address(Self.far, 25)])
    capture.event(23, thread: 200, [ScapBuilder.le(Int64(-111)), [], ScapBuilder.le(Int64(4))])
    let imported = try Imported(capture)
    #expect(imported.kinds == [.task, .connect, .connected])
    #expect(imported.sockets(.connected).first?.result == -ECONNREFUSED)
    #expect(imported.sockets(.connect).first.map { address($0.remote) } == Self.far)
    #expect(imported.sockets(.connect).first?.remote_port == 25)
  }

  /// Captures of the latest libraries have no first halves.
  @Test func withoutFirstHalves() throws {
    var capture = capture()
    func le(_ number: Int64) -> [UInt8] { ScapBuilder.le(number) }
    capture.event(19, thread: 200, [le(4), ScapBuilder.le(UInt32(2)), ScapBuilder.le(UInt32(2)), ScapBuilder.le(UInt32(0))])
    capture.event(31, thread: 200, [le(5), [1], le(4), ScapBuilder.le(UInt32(5)), ScapBuilder.tuple(Self.near, 5000, Self.far, 53)])
    capture.event(51, thread: 200, [le(5), le(4), ScapBuilder.le(UInt32(5)), [1], ScapBuilder.tuple(Self.near, 5000, Self.near, 53)])
    capture.event(19, thread: 200, [le(5), ScapBuilder.le(UInt32(2)), ScapBuilder.le(UInt32(1)), ScapBuilder.le(UInt32(0))])
    capture.event(23, thread: 200, [le(0), ScapBuilder.tuple(Self.near, 6000, Self.far, 80), le(5), ScapBuilder.address(Self.far, 80)])
    capture.event(19, thread: 200, [le(6), ScapBuilder.le(UInt32(2)), ScapBuilder.le(UInt32(1)), ScapBuilder.le(UInt32(0))])
    capture.event(21, thread: 200, [le(0), ScapBuilder.address(Self.near, 8080), le(6)])
    capture.event(25, thread: 200, [le(0), le(6), ScapBuilder.le(UInt32(5))])
    capture.event(5, thread: 200, [le(0), le(5)])
    let imported = try Imported(capture)
    #expect(imported.kinds == [.task, .send, .send, .connect, .connected, .bind, .listen, .close])
    #expect(imported.sockets(.listen).first?.local_port == 8080)
  }

  @Test(arguments: [27, 57, 247, 249, 389] as [UInt16]) func accepted(type: UInt16) throws {
    var capture = capture()
    capture.socket(200, 3)
    capture.event(20, thread: 200, [ScapBuilder.le(Int64(3))])
    capture.event(21, thread: 200, [ScapBuilder.le(Int64(0)), ScapBuilder.address([0, 0, 0, 0], 8080)])
    capture.event(24, thread: 200, [ScapBuilder.le(Int64(3)), ScapBuilder.le(UInt32(5))])
    capture.event(25, thread: 200, [ScapBuilder.le(Int64(0))])
    let tuple = ScapBuilder.tuple(Self.far, 50000, Self.near, 8080)
    capture.event(type, thread: 200, [ScapBuilder.le(Int64(5)), tuple, [0], ScapBuilder.le(UInt32(0)), ScapBuilder.le(UInt32(1))])
    capture.event(type, thread: 200, [ScapBuilder.le(Int64(-11)), [], [0], [], []])
    capture.close(200, 5)
    let imported = try Imported(capture)
    #expect(imported.kinds == [.task, .bind, .listen, .accept, .close])
    let accept = try #require(imported.sockets(.accept).first)
    #expect((accept.local_port, accept.remote_port, UInt32(accept.flags)) == (8080, 50000, SV_SOCKET_INCOMING))
    #expect(address(accept.local) == Self.near && address(accept.remote) == Self.far)
    #expect(imported.sockets(.close).first.map { UInt32($0.flags) } == SV_SOCKET_INCOMING)
    #expect((imported.sockets(.listen).first?.local_port, imported.sockets(.bind).first?.remote_port) == (8080, 0))
    #expect(imported.counts.failed.values.reduce(0, +) == 1)
  }

  @Test func datagramsAreToldOncePerDestination() throws {
    var capture = capture()
    capture.socket(200, 4, type: 2)
    func send(_ to: [UInt8], result: Int64 = 3) {
      capture.event(30, thread: 200, [ScapBuilder.le(Int64(4)), ScapBuilder.le(UInt32(3)), ScapBuilder.tuple(Self.near, 5353, to, 53)])
      capture.event(31, thread: 200, [ScapBuilder.le(result), [1, 2, 3]])
    }
    send(Self.far)
    send(Self.far)
    send([9, 9, 9, 9])
    send([8, 8, 8, 8], result: -1)
    let imported = try Imported(capture)
    #expect(imported.kinds == [.task, .send, .send])
    #expect(imported.sockets(.send).map { address($0.remote) } == [Self.far, [9, 9, 9, 9]])
    #expect(imported.sockets(.send).allSatisfy { $0.protocol == 17 && $0.remote_port == 53 && $0.local_port == 5353 })
    #expect(imported.counts.failed == ["sendto": 1])
  }

  @Test func rareSocketsAreToldWhenTheyAreMade() throws {
    var capture = capture()
    capture.socket(200, 4, type: 3, protocol: 1)
    capture.socket(200, 5, family: 1)
    capture.socket(200, 6, family: 17, type: 3)
    let imported = try Imported(capture)
    #expect(imported.kinds == [.task, .socket])
    #expect(imported.sockets(.socket).first?.protocol == 1)
    #expect(imported.counts.otherSockets == ["socket": 2])
  }

  /// A connection ends when nobody holds it any more.
  @Test func descriptorsAreSharedAndInherited() throws {
    var capture = capture()
    capture.socket(200, 4)
    capture.connect(200, 4, result: 0, ScapBuilder.tuple(Self.near, 1, Self.far, 2))
    capture.event(362, thread: 200, [ScapBuilder.le(Int64(4))])  // dup2 to 9
    capture.event(363, thread: 200, [ScapBuilder.le(Int64(9)), ScapBuilder.le(Int64(4)), ScapBuilder.le(Int64(9))])
    capture.clone(thread: 300, pid: 300, parent: 200, result: 0)
    capture.close(200, 4)
    capture.close(200, 9)
    let open = try Imported(capture)
    #expect(open.kinds == [.task, .connect, .connected, .fork])
    capture.exit(300)
    let imported = try Imported(capture)
    #expect(imported.kinds == [.task, .connect, .connected, .fork, .close, .exit])
    #expect(imported.sockets(.close).first?.header.pid == 300)
  }

  /// 3: IPv4, 4: IPv6, 5: IPv4 that listens, 2: a folder.
  @Test(arguments: [true, false]) func socketsThatWereOpenAtTheStart(sized: Bool) throws {
    var capture = capture()
    func entry(_ descriptor: Int64, _ type: UInt8, _ rest: [UInt8]) -> [UInt8] {
      let entry = ScapBuilder.le(descriptor) + ScapBuilder.le(UInt64(7)) + [type] + rest
      return sized ? ScapBuilder.le(UInt32(entry.count + 4 + 2)) + entry + [0, 0] : entry
    }
    capture.block(sized ? 0x218 : 0x203, ScapBuilder.le(UInt64(200))
      + entry(3, 5, [0, 0, 0, 0] + ScapBuilder.le(UInt16(22)) + [2])
      + entry(5, 2, ScapBuilder.le(UInt16(4)) + Array("/tmp".utf8))
      + entry(4, 3, Self.near + Self.far + ScapBuilder.le(UInt16(22)) + ScapBuilder.le(UInt16(60000)) + [2])
      + entry(6, 4, Self.near6 + Self.far6 + ScapBuilder.le(UInt16(50000)) + ScapBuilder.le(UInt16(53)) + [3]))
    capture.close(200, 4)
    capture.close(200, 5)
    capture.event(30, thread: 200, [ScapBuilder.le(Int64(6)), ScapBuilder.le(UInt32(1)), ScapBuilder.tuple(Self.near6, 50000, Self.far6, 53)])
    capture.event(31, thread: 200, [ScapBuilder.le(Int64(1)), []])
    let imported = try Imported(capture)
    #expect(imported.kinds == [.task, .close])
    #expect(imported.summary.isWhole, "\(imported.summary)")
    let end = try #require(imported.sockets(.close).first)
    // Somebody listens on that port: it came in.
    #expect((UInt32(end.flags), end.remote_port, end.duration_ns) == (SV_SOCKET_INCOMING, 60000, 0))
    #expect(imported.counts.notCarried == ["close": 1])
  }

  @Test func aThreadThatTheCaptureDoesNotTell() throws {
    var capture = ScapBuilder()
    capture.socket(777, 4)
    capture.connect(777, 4, result: 0, ScapBuilder.tuple(Self.near, 1, Self.far, 2))
    let imported = try Imported(capture)
    #expect(imported.kinds == [.connect, .connected])
    #expect(imported.sockets(.connect).first?.header.pid == 777)
    #expect(imported.counts.unknownThreads == 1)
  }
}

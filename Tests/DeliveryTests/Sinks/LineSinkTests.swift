@testable import Delivery
import Engine
import Glibc
import SystemPackage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct LineSinkTests {
  @Test func aJSONFileIsAppendedTo() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/alerts.json"
    for _ in 0..<2 {
      let delivery = try Delivery(sinks: [.json(path: path)], queueCapacity: 100)
      for number in 0..<50 { delivery.send(Sample.bare("\(number)")) }
      #expect(delivery.finish(timeoutMilliseconds: 10_000)[0].delivered == 50)
    }
    let expected = (0..<50).map { String(decoding: JSONFormat.line(for: Sample.bare("\($0)")), as: UTF8.self) }
    #expect(lines(contents(path)) == expected + expected)
    var file = stat()
    #expect(stat(path, &file) == 0)
    #expect(file.st_mode & 0o7777 == 0o640)
  }

  @Test func aFileThatWasMovedAwayIsMadeAnew() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/alerts.json"
    let delivery = try Delivery(sinks: [.json(path: path)], queueCapacity: 100)
    delivery.send(Sample.bare("1"))
    #expect(eventually { delivery.status()[0].delivered == 1 })
    #expect(rename(path, "\(path).1") == 0)
    delivery.send(Sample.bare("2"))
    #expect(eventually { delivery.status()[0].delivered == 2 })
    delivery.reopen()
    delivery.send(Sample.bare("3"))
    #expect(eventually { delivery.status()[0].delivered == 3 })
    #expect(lines(contents("\(path).1")).count == 2 && lines(contents(path)).count == 1)

    // Where that can't be, alerts go on to where they went.
    #expect(rename(folder.path, "\(folder.path).moved") == 0)
    delivery.reopen()
    delivery.send(Sample.bare("4"))
    let end = delivery.finish(timeoutMilliseconds: 10_000)[0]
    #expect(rename("\(folder.path).moved", folder.path) == 0)
    #expect(end.delivered == 4 && end.failed == 0 && end.lastError?.contains("No such file") == true, "\(end)")
    #expect(lines(contents(path)).count == 2)
  }

  /// Nothing of the clock, the process or the sink is in it.
  @Test func theSameAlertsGiveTheSameBytes() throws {
    let folder = try TemporaryFolder()
    let alerts = (0..<100).map { Sample.alert(id: "i\($0)", number: UInt64($0), message: Sample.hostile) }
    let paths = ["a", "b"].map { "\(folder.path)/\($0)" }
    for (path, processID) in zip(paths, [nil, 7 as Int32?]) {
      let delivery = try Delivery(sinks: [.json(path: path)], queueCapacity: 100, processID: processID)
      for alert in alerts { delivery.send(alert) }
      _ = delivery.finish(timeoutMilliseconds: 10_000)
    }
    #expect(contents(paths[0]) == contents(paths[1]))
    #expect(lines(contents(paths[0])).count == 100)
  }

  @Test func aFullDiskIsToldAndPassedOver() throws {
    let delivery = try Delivery(sinks: [.json(path: "/dev/full")], queueCapacity: 8)
    for _ in 0..<3 { delivery.send(Sample.bare()) }
    let end = delivery.finish(timeoutMilliseconds: 10_000)[0]
    #expect(end.failed == 3 && end.delivered == 0 && end.reconciles)
    #expect(end.lastError == "write to /dev/full: No space left on device")
  }

  /// The disk fills up within a line: nothing of it is left there.
  @Test(.enabled(if: geteuid() == 0, "needs root, to mount a file system that can be filled"))
  func aLineThatWasCutOffSpoilsNoOther() throws {
    let folder = try TemporaryFolder()
    try #require(mount("none", folder.path, "tmpfs", 0, "size=8k") == 0)
    defer { umount2(folder.path, Int32(MNT_DETACH)) }
    let path = "\(folder.path)/alerts.json"
    let delivery = try Delivery(sinks: [.json(path: path)], queueCapacity: 8)
    delivery.send(Sample.bare(String(repeating: "x", count: 5000)))
    delivery.send(Sample.bare(String(repeating: "y", count: 5000)))
    #expect(eventually { delivery.status()[0].failed == 1 })
    #expect(delivery.status()[0].lastError == "write to \(path): No space left on device")
    #expect(lines(contents(path)).count == 1 && contents(path).last == UInt8(ascii: "\n"))
    #expect(mount("none", folder.path, "tmpfs", UInt(MS_REMOUNT), "size=1m") == 0)
    delivery.send(Sample.bare("after"))
    delivery.send(Sample.bare("last"))
    let end = delivery.finish(timeoutMilliseconds: 10_000)[0]
    #expect(end.delivered == 3 && end.failed == 1 && end.reconciles)
    let read = lines(contents(path))
    try #require(read.count == 3)
    #expect(Array(read[1].utf8) == JSONFormat.line(for: Sample.bare("after")))
    #expect(Array(read[2].utf8) == JSONFormat.line(for: Sample.bare("last")))
  }

  @Test func aReaderThatWentAwayIsToldAndPassedOver() throws {
    let pipe = try Pipe()
    let delivery = try Delivery(sinks: [.terminal(descriptor: pipe.writeEnd, colours: false)], queueCapacity: 8)
    pipe.closeReadEnd()
    for _ in 0..<3 { delivery.send(Sample.bare()) }
    let end = delivery.finish(timeoutMilliseconds: 10_000)[0]
    #expect(end.failed == 3 && end.reconciles)
    #expect(end.lastError == "write to terminal: Broken pipe")
  }

  /// A queue of four and a pipe that nobody reads: the fifth is refused at once, and no other sink is held up.
  @Test func aStuckReaderHoldsUpNothing() throws {
    let pipe = try Pipe()
    pipe.fill()
    let folder = try TemporaryFolder()
    let receiver = try DatagramReceiver(unixPath: "\(folder.path)/log")
    let delivery = try Delivery(
      sinks: [.terminal(descriptor: pipe.writeEnd, colours: false), .syslogUnix(path: "\(folder.path)/log")],
      queueCapacity: 4)
    for number in 1...4 {
      delivery.send(Sample.bare("\(number)"))
      #expect(try receiver.receive().hasSuffix("] \(number)"))
    }
    #expect(delivery.status()[0].settled == [4, 0, 0, 0, 4])
    let clock = ContinuousClock()
    let taken = clock.measure { delivery.send(Sample.bare("5")) }
    #expect(taken < .milliseconds(100))  // it would be for ever; the machine may be busy
    #expect(delivery.status()[0].settled == [5, 0, 1, 0, 4])
    #expect(try receiver.receive().hasSuffix("] 5"))

    // Someone reads after all.
    let text = pipe.drain(until: { $0.hasSuffix("r: 4\n") })
    #expect(text.drop { $0 != "0" } == (1...4).map { "08:15:00.123 Warning       r: \($0)\n" }.joined())
    let end = delivery.finish(timeoutMilliseconds: 10_000)
    #expect(end[0].settled == [5, 4, 1, 0, 0])
    #expect(end[1].delivered == 5)
  }

  @Test func whatWaitsWhenTheTimeIsOverIsLost() throws {
    let pipe = try Pipe()
    pipe.fill()
    let delivery = try Delivery(sinks: [.terminal(descriptor: pipe.writeEnd, colours: false)], queueCapacity: 4)
    for _ in 0..<6 { delivery.send(Sample.bare()) }
    let end = delivery.finish(timeoutMilliseconds: 20)[0]
    #expect(end.offered == 6 && end.refused == 2 && end.failed == 4 && end.waiting == 0)
    #expect(end.lastError == "stopped before it could be delivered")
    pipe.closeWriteEnd()
    #expect(eventually { pipe.isHungUp })  // the thread has ended and closed its own
    // Sent too late.
    delivery.send(Sample.bare())
    #expect(delivery.status()[0].refused == 3)
    #expect(delivery.finish(timeoutMilliseconds: 0)[0].reconciles)
  }

  /// Longer than a pipe takes: in parts, as it is read.
  @Test(arguments: [true, false]) func aLineLongerThanThePipeArrivesWhole(isSocket: Bool) throws {
    let pipe = try Pipe(isSocket: isSocket)
    let delivery = try Delivery(sinks: [.terminal(descriptor: pipe.writeEnd, colours: false)], queueCapacity: 4)
    let long = Sample.bare(String(repeating: "x", count: 1_000_000))
    delivery.send(long)
    delivery.send(Sample.bare("end"))
    let text = pipe.drain(until: { $0.hasSuffix("end\n") })
    #expect(text.utf8.count == 2 * "08:15:00.123 Warning       r: \n".utf8.count + 1_000_000 + 3)
    #expect(delivery.finish(timeoutMilliseconds: 10_000)[0].delivered == 2)
    // Whoever else has the descriptor still finds it blocking.
    #expect(fcntl(pipe.writeEnd, F_GETFL) & O_NONBLOCK == 0)
  }

  /// Where /proc can't help, the pipe itself blocks: no more may be written than it has room for.
  @Test func aBlockingPipeIsNeverWaitedForInAWrite() throws {
    let pipe = try Pipe()
    let output = try LineOutput(duplicating: pipe.writeEnd, name: "pipe", canReopen: false)
    let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)
    var total = 0
    while case .written(let count) = output.write(bytes.span.bytes) {
      #expect(count == 4096)
      total += count
    }
    #expect(total == 65_536)
    guard case .failed(EAGAIN) = output.write(bytes.span.bytes) else {
      Issue.record("a full pipe took something")
      return
    }
  }

  @Test func aPipeByNameNeedsAReaderAtStart() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/fifo"
    #expect(mkfifo(path, 0o600) == 0)
    #expect(throws: DeliveryError.system(what: "open \(path)", .noSuchAddressOrDevice)) {
      try Delivery(sinks: [.json(path: path)], queueCapacity: 1)
    }
  }
}

@testable import Delivery
import Engine
import Glibc
import SystemPackage
import TestSupport
import Testing

@Suite struct FileRotationTests {
  private func sink(_ path: String, bytes: Int, keep: Int) throws -> LineSink {
    let setting = SinkSetting(.json(FileSetting(path: path, rotateBytes: bytes, keep: keep)))
    return try #require(try setting.sink(processID: nil) as? LineSink)
  }

  private func ids(_ path: String) -> [String] {
    lines(contents(path)).compactMap { line in
      if case .text(let id)? = JSONValue(Array(line.utf8))?["id"] { id } else { nil }
    }
  }

  @Test func aFullFileMovesOnAndNoLineIsCut() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/alerts.json"
    let line = JSONFormat.line(for: SinkRun.alerts(1)[0].alert, place: SinkRun.alerts(1)[0].place).count + 1
    try SinkRun(sink(path, bytes: line * 10, keep: 3)).deliver(SinkRun.alerts(100))
    let files = (1...3).reversed().map { "\(path).\($0)" } + [path]
    // The last ones, in order, each whole.
    let kept = files.flatMap(ids)
    #expect(kept == (100 - kept.count..<100).map { "b-\($0)" } && kept.count >= 27)
    for file in files {
      #expect(contents(file).count <= line * 10 && contents(file).last == UInt8(ascii: "\n"))
      #expect(lines(contents(file)).count == ids(file).count)
    }
    #expect(contents("\(path).4").isEmpty)
  }

  @Test func aLineThatIsLargerThanTheFileHasOneOfItsOwn() throws {
    let folder = try TemporaryFolder()
    try SinkRun(sink("\(folder.path)/a", bytes: 10, keep: 9)).deliver(SinkRun.alerts(4))
    #expect((0..<4).map { ids($0 == 3 ? "\(folder.path)/a" : "\(folder.path)/a.\(3 - $0)") } == (0..<4).map { ["b-\($0)"] })
  }

  /// Where the folder takes no more names, the file grows on, and that is told.
  @Test func whereItCanNotBeMovedItGrows() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/a"
    let sink = try sink(path, bytes: 10, keep: 1)
    // A folder of that name is in the way.
    mkdir("\(path).1", 0o700)
    try folder.write("x", "a.1/x")
    try SinkRun(sink).deliver(SinkRun.alerts(3))
    #expect(ids(path) == ["b-0", "b-1", "b-2"])
    #expect(sink.takeNote()?.description.hasPrefix("rename \(path): ") == true && sink.takeNote() == nil)
  }

  @Test func whoeverMovesItMeanwhileLosesNothing() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/a"
    let run = try SinkRun(sink(path, bytes: 100_000, keep: 2))
    try run.deliver(SinkRun.alerts(3))
    rename(path, "\(folder.path)/moved")
    try run.sink.reopen()
    try run.deliver(Array(SinkRun.alerts(6)[3...]))
    #expect(ids("\(folder.path)/moved") == ["b-0", "b-1", "b-2"] && ids(path) == ["b-3", "b-4", "b-5"])
  }

  /// What did not fit is not left there in part, and comes whole when there is room.
  @Test(.enabled(if: geteuid() == 0, "mounts a file system")) func aFullDiskCutsNoLine() throws {
    let folder = try TemporaryFolder()
    try #require(mount("tmpfs", folder.path, "tmpfs", 0, "size=16k") == 0)
    defer { umount2(folder.path, Int32(MNT_DETACH)) }
    let path = "\(folder.path)/a"
    let run = try SinkRun(sink(path, bytes: 1 << 20, keep: 1))
    let alerts = SinkRun.alerts(100)
    var delivered = 0
    #expect(throws: DeliveryError.system(what: "write to \(path)", .noSpace)) {
      try run.sink.deliver(alerts, stop: run.stopSignal) { delivered = $0 }
    }
    #expect(ids(path) == (0..<delivered).map { "b-\($0)" } && contents(path).last == UInt8(ascii: "\n") && delivered > 10)
    try #require(mount("tmpfs", folder.path, "tmpfs", UInt(MS_REMOUNT), "size=1m") == 0)
    try run.deliver(Array(alerts[delivered...]))
    #expect(ids(path) == (0..<100).map { "b-\($0)" } && lines(contents(path)).count == 100)
  }

  /// As a power cut leaves it.
  @Test func aTornLineIsEndedFirst() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("{\"id\":\"b-0\"}\n{\"id\":\"b", "a")
    try SinkRun(sink(path, bytes: 100_000, keep: 2)).deliver(SinkRun.alerts(1))
    let all = lines(contents(path))
    #expect(all.count == 3 && all[1] == "{\"id\":\"b" && all[2].hasPrefix("{\"time\""))
  }
}

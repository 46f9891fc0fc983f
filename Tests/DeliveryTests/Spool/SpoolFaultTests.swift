import CSQLite
@testable import Delivery
import Engine
import Glibc
import Rules
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// A disk that fails: sinks get alerts all the same, whoever appends waits for nothing, and every alert is counted.
struct SpoolFaultTests {
  /// Files below this folder can't be written, by that error; SQLite's own seam for such tests.
  private struct Fault {
    var folder = ""
    var number: Int32 = 0
    var microseconds: UInt32 = 0
  }

  private static let fault = Mutex(Fault())

  /// What happens to a descriptor's files.
  private static func errorNumber(_ descriptor: Int32) -> Int32 {
    let fault = fault.withLock { $0 }
    guard !fault.folder.isEmpty else { return 0 }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = readlink("/proc/self/fd/\(descriptor)", &bytes, bytes.count)
    guard String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).hasPrefix(fault.folder) else { return 0 }
    if fault.microseconds > 0 { usleep(fault.microseconds) }
    return fault.number
  }

  private static let isInstalled: Bool = {
    typealias Call = sqlite3_syscall_ptr
    let write: @convention(c) (Int32, UnsafeRawPointer?, Int, off_t) -> Int = { descriptor, bytes, count, offset in
      let number = SpoolFaultTests.errorNumber(descriptor)
      guard number == 0 else {
        errno = number
        return -1
      }
      return pwrite(descriptor, bytes, count, offset)
    }
    let vfs = sqlite3_vfs_find("unix")
    let result = vfs?.pointee.xSetSystemCall?(vfs, "pwrite", unsafeBitCast(write, to: Call.self))
    let other = vfs?.pointee.xSetSystemCall?(vfs, "pwrite64", unsafeBitCast(write, to: Call.self))
    return result == SQLITE_OK || other == SQLITE_OK
  }()

  private func set(_ folder: SpoolFolder?, _ number: Int32 = 0, microseconds: UInt32 = 0) {
    Self.fault.withLock { $0 = Fault(folder: folder?.folder.path ?? "", number: number, microseconds: microseconds) }
  }
}

extension SpoolFaultTests {
  @Suite(.serialized) struct Faults {
    private let tests = SpoolFaultTests()

    @Test(arguments: [EIO, EROFS, ENOSPC])
    func sinksGetAlertsThatTheDiskRefuses(_ number: Int32) throws {
      try #require(SpoolFaultTests.isInstalled)
      let folder = try SpoolFolder()
      folder.settings.waiting = 500
      let spool = try folder.open()
      let cursor = try spool.cursor("sink")
      spool.append(1...100)
      #expect(cursor.take(100).count == 100)

      tests.set(folder, number)
      defer { tests.set(nil) }
      spool.append(101...200)
      let taken = cursor.take(100)
      #expect(taken.numbers == Array(101...200) && taken.sequences == Array(101...200) && taken.isChain(after: 100))
      var status = spool.status()
      #expect(status.failure != nil && status.failures == 1 && status.committed == 100 && status.unspooled == 100, "\(status)")
      #expect(status.waiting == 100 && status.reconciles)

      // More than memory takes, with a sink that does not keep up: refused, and counted.
      spool.append(201...1200)
      status = spool.status()
      #expect(status.refused == 500 && status.waiting == 500 && status.reconciles, "\(status)")
      #expect(status.unkept == 100, "those that the sink had gave way")
      let more = cursor.takeAll()
      #expect(more.count == 500 && cursor.counts.reconciles)

      tests.set(nil)
      #expect(spool.settles())
      spool.append(2001...2010)
      #expect(cursor.take(10).numbers == Array(2001...2010))
      status = spool.finish(timeoutMilliseconds: 10_000)
      #expect(status.failure == nil && status.reconciles && status.committed == 610 && status.refused == 500, "\(status)")
      #expect(try folder.integer("SELECT count(*) FROM alert") == 610)
      #expect(try folder.integer("SELECT json_extract(json, '$.record') FROM alerts ORDER BY sequence LIMIT 1 OFFSET 100") == 201)
      let notices = spool.takeNotices().map(\.title)
      #expect(notices.contains("Alert spool fails") && notices.contains("Alert spool works again"), "\(notices)")
    }

    /// Nothing has failed yet, and nothing comes back: that is as good as failing.
    @Test func aDiskThatDoesNotAnswerHoldsNobodyUp() throws {
      try #require(SpoolFaultTests.isInstalled)
      let folder = try SpoolFolder()
      let spool = try folder.open()
      let cursor = try spool.cursor("sink")
      spool.append(1...10)
      #expect(cursor.take(10).count == 10)
      tests.set(folder, 0, microseconds: 3_000_000)
      defer { tests.set(nil) }
      spool.append(11...11)
      usleep(20_000)
      let before = ContinuousClock.now
      spool.append(12...20)
      #expect(ContinuousClock.now - before < .milliseconds(500))
      #expect(cursor.take(10, seconds: 60).numbers == Array(11...20))
      #expect(spool.status().unspooled > 0)
      tests.set(nil)
      #expect(eventually(seconds: 60) { spool.status().waiting == 0 })
      #expect(spool.status().reconciles && spool.status().committed == 20)
    }

    /// Numbers of alerts that went out and never were on disk are not used again, also when the agent ends meanwhile.
    @Test func numbersAreNotUsedTwice() throws {
      try #require(SpoolFaultTests.isInstalled)
      let folder = try SpoolFolder()
      var spool = try folder.open()
      var cursor = try spool.cursor("sink")
      tests.set(folder, EIO)
      spool.append(1...50)
      #expect(cursor.take(50).sequences.last == 50)
      let status = spool.finish(timeoutMilliseconds: 10_000)
      tests.set(nil)
      #expect(status.waiting == 50 && status.reconciles && status.failure != nil)
      spool = try folder.open()
      cursor = try spool.cursor("sink")
      spool.append(51...60)
      #expect(cursor.take(10).sequences.first ?? 0 > 50)
    }

    /// A real file system without room: what is on disk stays, and it goes on when there is room again.
    @Test(.enabled(if: geteuid() == 0)) func aFullDiskIsOutlived() throws {
      let folder = try SpoolFolder(maximumBytes: 64 << 20)
      let mount = "\(folder.folder.path)/small"
      mkdir(mount, 0o700)
      let mounted = try Program.run("/bin/mount", ["-t", "tmpfs", "-o", "size=4m,mode=0700", "none", mount])
      try #require(mounted.status == 0, "\(mounted.errors)")
      defer { _ = try? Program.run("/bin/umount", ["-l", mount]) }
      folder.settings.path = "\(mount)/spool.db"
      let spool = try folder.open()
      let cursor = try spool.cursor("sink")
      spool.append(1...100)
      #expect(cursor.take(100).count == 100)
      let filler = open("\(mount)/filler", O_CREAT | O_WRONLY, 0o600)
      defer { close(filler) }
      let block = [UInt8](repeating: 1, count: 65_536)
      while write(filler, block, block.count) > 0 {}

      var number: UInt64 = 100
      var taken: [UInt64] = []
      #expect(eventually {
        number += 1
        spool.append(Sample.numbered(number, padding: 2000))
        taken += cursor.takeAll().numbers
        return spool.status().failure != nil
      })
      #expect(spool.status().failure?.contains("full") ?? false, "\(spool.status())")
      spool.append((number + 1)...(number + 50))
      taken += cursor.take(50).numbers
      #expect(taken == Array(101...number + 50))
      ftruncate(filler, 0)
      #expect(spool.settles())
      let status = spool.finish(timeoutMilliseconds: 10_000)
      #expect(status.committed == number + 50 && status.reconciles && status.unspooled >= 50 && status.refused == 0, "\(status)")
    }
  }
}

import TestSupport
import Testing

@testable import Events

/// Captures that are cut off, damaged, lie, or are none.
struct ScapDamageTests {
  /// A capture with a bit of everything, of about twenty blocks.
  static func sample() -> ScapBuilder {
    var capture = ScapBuilder()
    capture.processes([ScapBuilder.Process(200), ScapBuilder.Process(201), ScapBuilder.Process(200, tid: 250)])
    capture.block(0x218, ScapBuilder.le(UInt64(200)))
    capture.block(0x219, [1, 2, 3, 4])  // interfaces
    capture.clone(thread: 300, pid: 300, parent: 200, result: 0)
    capture.exec(300, ["curl", "http://x"], path: "/usr/bin/curl", parent: 200, comm: "curl")
    capture.socket(300, 4)
    capture.connect(300, 4, result: 0, ScapBuilder.tuple([10, 0, 0, 1], 40000, [9, 9, 9, 9], 443))
    capture.event(307, thread: 300, [ScapBuilder.le(Int64(-2))])  // openat
    capture.event(6, thread: 300, [ScapBuilder.le(Int64(3)), ScapBuilder.le(UInt32(9))])  // read begins
    capture.event(7, thread: 300, [ScapBuilder.le(Int64(9)), [1, 2, 3]])
    capture.event(234, thread: 300, [ScapBuilder.le(UInt64(1)), ScapBuilder.le(UInt64(2))])  // CPU time
    capture.event(999, thread: 300, [])  // of a later version
    capture.close(300, 4)
    capture.exit(300)
    return capture
  }

  @Test func eachEventIsCountedOnce() throws {
    let imported = try Imported(Self.sample())
    #expect(imported.kinds == [.task, .task, .fork, .exec, .connect, .connected, .close, .exit])
    let counts = imported.counts
    #expect(counts.events == 14 && counts.accounted == counts.events, "\(counts)")
    #expect(counts.notCarried == ["openat": 1, "read": 1, "procinfo": 1])
    #expect((counts.halves, counts.told, counts.used, counts.unknown) == (4, 5, 1, 1))
    #expect(counts.notCarriedBySubject.map(\.subject) == ["capture's own", "data", "file"])
    #expect(counts.records[.task] == 2 && counts.records[.stream] == 1)
    #expect(imported.summary.isWhole)
    #expect(imported.numbers == Array(1...UInt64(imported.records.count)))
  }

  @Test func gzipIsTheSame() throws {
    let plain = Self.sample().bytes
    let imported = try Imported(plain)
    let middle = plain.count / 2
    for compressed in [gzipped(plain), gzipped(Array(plain[..<middle])) + gzipped(Array(plain[middle...]))] {
      let other = try Imported(compressed)
      #expect(other.records == imported.records && other.summary == imported.summary)
      #expect(other.counts.isCompressed && !imported.counts.isCompressed)
    }
  }

  /// Cut off anywhere: all blocks before are read, and the rest is told.
  @Test func cutOffAnywhere() throws {
    let capture = Self.sample()
    let whole = try Imported(capture)
    for length in capture.offsets[1]..<capture.bytes.count {
      let part = try Imported(Array(capture.bytes[..<length]))
      let lastWhole = try #require(capture.offsets.last { $0 <= length })
      #expect(part.summary.truncatedBytes == UInt64(length - lastWhole))
      #expect(part.summary.isWhole == (length == lastWhole))
      #expect(part.summary.errors.isEmpty)
      #expect(zip(part.records, whole.records).dropFirst().allSatisfy { $0.count == $1.count })
      #expect(part.records.count <= whole.records.count)
    }
    // Of those cut between two blocks, each has what its blocks tell.
    let counts = try capture.offsets.dropFirst().map { try Imported(Array(capture.bytes[..<$0])).counts.events }
    #expect(counts == counts.sorted() && counts.last == 14)
  }

  @Test func cutOffWhileCompressed() throws {
    let compressed = gzipped(Self.sample().bytes)
    for length in stride(from: 60, to: compressed.count - 8, by: 7) {
      guard let part = try? Imported(Array(compressed[..<length])) else { continue }
      #expect(!part.summary.isWhole)
      #expect(part.counts.accounted == part.counts.events)
    }
  }

  @Test func damagedWhileCompressed() throws {
    var compressed = gzipped(Self.sample().bytes)
    let end = compressed.count - 6  // in the checksum
    compressed[end] ^= 1
    let imported = try Imported(compressed)
    #expect(imported.counts.events == 14)
    #expect(imported.summary.errors.first?.description.contains("the compressed file is damaged (incorrect data check)") == true)
  }

  /// Refused as a whole, with a text that says what it is.
  @Test func notForThisVersion() {
    let cases: [([UInt8], String)] = [
      (ScapBuilder(major: 2, minor: 0).bytes, "a capture in version 2.0 of its format; this program reads 1.0 to 1.2"),
      (ScapBuilder(minor: 3).bytes, "a capture in version 1.3 of its format; this program reads 1.0 to 1.2"),
      (ScapBuilder(magic: 0x4D3C_2B1A).bytes, "a capture written on a machine with the other byte order"),
      (ScapBuilder(magic: 7).bytes, "the capture's header is damaged; what follows is not read"),
      (gzipped(Array("hello, world".utf8)), "compressed, but no capture of Falco or sysdig"),
      (Array(ScapBuilder().bytes.prefix(20)), "cut off within its header"),
      ([0x1F, 0x8B, 8, 0, 1, 2, 3], "cut off within its header"),
      ([0x0A, 0x0D, 0x0D, 0x0A], "cut off within its header"),
    ]
    for (bytes, text) in cases {
      let error = #expect(throws: TraceError.self) { try Imported(bytes) }
      #expect(error?.description.contains(text) == true, "\(error?.description ?? "") is not: \(text)")
    }
  }

  @Test func packetCaptures() throws {
    var capture = ScapBuilder(minor: 0, machine: false)
    capture.block(1, [UInt8](repeating: 0, count: 8))  // an interface of pcap-ng
    capture.block(6, [UInt8](repeating: 0, count: 40))
    let imported = try Imported(capture)
    #expect(imported.summary.errors.first?.description == "memory: a capture of packets (pcap-ng), not of system calls")
    #expect(!imported.summary.isWhole)
  }

  /// Lengths that lie end the reading where they stand; what came before is there.
  @Test func lengthsThatLie() throws {
    var shorter = ScapBuilder()
    shorter.exec(200, ["a"], path: "/a", comm: "a")
    var trailer = shorter
    var huge = shorter
    shorter.block(0x216, [1, 2, 3], length: 11)
    trailer.block(0x216, [1, 2, 3], trailer: 99)
    huge.block(0x216, [1, 2, 3], length: .max)
    for (capture, text) in [(shorter, "a block of 11 bytes is not possible"), (trailer, "ends with the length 99")] {
      let imported = try Imported(capture)
      #expect(imported.kinds == [.exec])
      #expect(imported.summary.errors.first?.description.contains(text) == true, "\(imported.summary.errors)")
    }
    let cut = try Imported(huge)
    #expect(cut.kinds == [.exec] && cut.summary.truncatedBytes == 15)
  }

  /// Inside a block whose own length is right: it is passed over, and the next ones read.
  @Test func contentsThatLie() throws {
    var capture = ScapBuilder()
    capture.block(0x215, ScapBuilder.le(UInt32.max) + [1, 2, 3, 4, 5, 6])  // an entry longer than its block
    capture.block(0x215, ScapBuilder.le(UInt32(8)) + [UInt8](repeating: 1, count: 200))  // shorter than its fields
    capture.block(0x202, [UInt8](repeating: 0xFF, count: 100))  // texts longer than the block
    capture.block(0x203, ScapBuilder.le(UInt64(1)) + [UInt8](repeating: 0xFF, count: 60))  // files of no known kind
    capture.block(0x218, [1, 2])  // no thread
    capture.block(0x201, [1, 2])  // no machine
    capture.block(0x216, [])
    capture.event(293, thread: 200, [[1]])  // a result that is no number
    capture.event(293, thread: .max, [])
    capture.block(0x216, ScapBuilder.le(UInt16(0)) + ScapBuilder.le(UInt64(5)) + ScapBuilder.le(UInt64(5))
      + ScapBuilder.le(UInt32(1000)) + ScapBuilder.le(UInt16(293)) + ScapBuilder.le(UInt32.max))
    capture.exec(200, ["a"], path: "/a", comm: "a")
    let imported = try Imported(capture)
    #expect(imported.kinds == [.exec])
    #expect(imported.summary.errorCount == 5, "\(imported.summary.errors)")
    #expect(imported.counts.malformed == 4 && imported.counts.accounted == imported.counts.events)
  }

  /// Plugins and containers write events of any size. They are never in memory as a whole.
  @Test func largeEvents() throws {
    var capture = ScapBuilder()
    capture.block(ScapBuilder.Layout.large.rawValue, ScapBuilder.le(UInt16(0)) + ScapBuilder.le(UInt64(1_700_000_000_000_000_000))
      + ScapBuilder.le(UInt64(1)) + ScapBuilder.le(UInt32(3_000_000)) + ScapBuilder.le(UInt16(322))
      + [UInt8](repeating: 0x41, count: 3_000_000))
    capture.exec(200, ["a"], path: "/a", comm: "a")
    let imported = try Imported(capture)
    #expect(imported.kinds == [.exec] && imported.counts.notCarried == ["pluginevent": 1] && imported.summary.isWhole)
  }

  /// 64 MiB of nothing in 64 KiB: it costs time, not memory.
  @Test func bombs() throws {
    var capture = ScapBuilder()
    capture.block(0x99, [UInt8](repeating: 0, count: 32 << 20))
    capture.exec(200, ["a"], path: "/a", comm: "a")
    let imported = try Imported(gzipped(capture.bytes))
    #expect(imported.kinds == [.exec] && imported.summary.isWhole)
  }

  /// Lists of more processes, threads and descriptors than are kept: refused and counted.
  @Test func moreThanAreKept() {
    var state = ScapState()
    let isKept = state.insert(ScapProcess(pid: 1, startNanoseconds: 1))
    #expect(isKept)
    for descriptor in 0...Int64(ScapState.maximumDescriptorsPerProcess) {
      _ = state.hold(ScapSocket(family: 2, type: 1, protocol: 6), descriptor, of: 1)
    }
    #expect(state.refused == 1)
    for thread in 10...UInt32(ScapState.maximumThreads) + 10 { state.insertThread(thread, of: 1) }
    #expect(state.refused == 2)
    for pid in 1_000_000..<1_000_000 + UInt32(ScapState.maximumProcesses) {
      _ = state.insert(ScapProcess(pid: pid, startNanoseconds: 1))
    }
    #expect(state.refused == 3 && state.processes.count == ScapState.maximumProcesses)
    let released = state.releaseAll(of: 1)
    #expect(released.count == ScapState.maximumDescriptorsPerProcess)
  }

  /// Joined captures: each is a stream of its own.
  @Test func severalSections() throws {
    var capture = ScapBuilder()
    capture.processes([ScapBuilder.Process(200)])
    capture.section()
    capture.block(0x201, ScapBuilder.machine("other"))
    capture.processes([ScapBuilder.Process(200)])
    capture.exec(200, ["a"], path: "/a", comm: "a")
    let imported = try Imported(capture)
    #expect(imported.kinds == [.task, .task, .exec])
    #expect(imported.counts.records[.stream] == 2 && imported.summary.isWhole)
    #expect(imported.numbers == [1, 2, 3, 4, 5])
  }
}

@testable import Events
import Glibc
import Testing

@Suite struct TraceWriterTests {
  @Test func whatWasWrittenIsRead() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/t.trace"
    let records = Sample.stream(5000)
    var writer = try TraceWriter(path: path, blocks: 16)
    for (index, bytes) in records.enumerated() {
      try writer.append(Record(number: UInt64(index + 1), bytes: bytes.span.bytes))
      if index == 2500 { writer.flush() }
    }
    let status = try writer.finish()
    #expect(status.writtenRecords == 5000 && status.lostRecords == 0 && status.error == nil)

    let read = try Delivered(path: path)
    #expect(read.records == records)
    #expect(read.summary.isWhole)
    #expect(read.summary.blocks == status.writtenBlocks)
    var file = stat()
    #expect(stat(path, &file) == 0)
    #expect(UInt64(file.st_size) == status.writtenBytes)
    #expect(file.st_mode & 0o7777 == 0o600)  // records hold secrets
  }

  @Test func anEmptyTraceIsAHeader() throws {
    let folder = try TemporaryFolder()
    var writer = try TraceWriter(path: "\(folder.path)/t.trace")
    writer.flush()
    #expect(try writer.finish().writtenBytes == 24)
    #expect(try Delivered(path: "\(folder.path)/t.trace").summary == TraceSummary())
  }

  @Test func aWriterThatIsDroppedKeepsWhatWasHandedOver() throws {
    let folder = try TemporaryFolder()
    let bytes = Sample.exit(timeNanoseconds: 1)
    do {
      var writer = try TraceWriter(path: "\(folder.path)/t.trace")
      try writer.append(Record(number: 1, bytes: bytes.span.bytes))
      writer.flush()
    }
    #expect(try Delivered(path: "\(folder.path)/t.trace").numbers == [1])
  }

  @Test func filesThatExistAreKept() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("precious".utf8))
    chmod(path, 0o644)
    #expect(failure { try TraceWriter(path: path) } == .system("open", EEXIST))
    // Unless told otherwise, and then others lose what they could read.
    _ = try TraceWriter(path: path, overwrites: true).finish()
    var file = stat()
    #expect(stat(path, &file) == 0)
    #expect(file.st_size == 24 && file.st_mode & 0o7777 == 0o600)
  }

  @Test func symbolicLinksAreNotFollowed() throws {
    let folder = try TemporaryFolder()
    let target = try folder.write(Array("precious".utf8), "target")
    let link = "\(folder.path)/link"
    #expect(symlink(target, link) == 0)
    #expect(failure { try TraceWriter(path: link) } == .system("open", EEXIST))
    #expect(failure { try TraceWriter(path: link, overwrites: true) } == .system("open", ELOOP))
    #expect(failure { try TraceWriter(path: folder.path, overwrites: true) } == .system("open", EISDIR))
    #expect(failure { try TraceWriter(path: "/nonexistent/t.trace") } == .system("open", ENOENT))
  }

  @Test func aFullDiskIsToldAtOnce() {
    #expect(failure { try TraceWriter(path: "/dev/full", overwrites: true) } == .system("write", ENOSPC))
  }

  /// The other end of a pipe goes away: a failure in the middle, as a disk that fills up is.
  @Test func aLaterFailureIsTold() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    var writer = try TraceWriter(descriptor: ends[1], name: "pipe", blocks: 4)
    close(ends[1])
    close(ends[0])
    let bytes = Sample.exit(timeNanoseconds: 1)
    try writer.append(Record(number: 1, bytes: bytes.span.bytes))
    writer.flush()
    while writer.status.error == nil { usleep(1000) }
    #expect(writer.status.lostRecords == 1)
    // Recording goes on; what comes is counted.
    try writer.append(Record(number: 2, bytes: bytes.span.bytes))
    writer.flush()
    while writer.status.lostRecords < 2 { usleep(1000) }
    do {
      _ = try writer.finish()
      Issue.record("no error")
    } catch {
      #expect(error.reason == .system("write", EPIPE))
      #expect("\(error)" == "pipe: write: Broken pipe")
    }
  }

  /// Nobody reads the pipe until the writer's blocks are used up.
  @Test(.timeLimit(.minutes(10))) func whatIsTooMuchIsCountedAndTold() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    var writer = try TraceWriter(descriptor: ends[1], name: "pipe", blocks: 2)
    close(ends[1])
    var random = SeededGenerator(seed: 5)
    let bytes = Sample.exec(timeNanoseconds: 1, argumentBytes: 30_000, using: &random)
    var number: UInt64 = 0
    while writer.status.lostRecords < 10 {
      number += 1
      try writer.append(Record(number: number, bytes: bytes.span.bytes))
    }
    let readEnd = ends[0]
    let reading = try PipeReading(readEnd)
    // Some room comes back: the loss is told where it was, and recording goes on.
    var lost: UInt64
    repeat {
      usleep(1000)
      lost = writer.status.lostRecords
      number += 1
      try writer.append(Record(number: number, bytes: bytes.span.bytes))
    } while writer.status.lostRecords > lost
    let status = try writer.finish()
    let (numbers, summary) = reading.wait()
    close(readEnd)
    #expect(status.lostRecords == lost)
    #expect(summary.lostRecords == lost)
    #expect(status.writtenRecords + status.lostRecords == number)
    #expect(UInt64(numbers.count) == status.writtenRecords)
    #expect(numbers.last == number)
    #expect(summary.errorCount == 0 && summary.truncatedBytes == 0)
  }

  /// A loss at the very end is told by a block without records.
  @Test(.timeLimit(.minutes(10))) func aLossAtTheEndIsTold() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    var writer = try TraceWriter(descriptor: ends[1], name: "pipe", blocks: 2)
    close(ends[1])
    var random = SeededGenerator(seed: 6)
    let bytes = Sample.exec(timeNanoseconds: 1, argumentBytes: 30_000, using: &random)
    var number: UInt64 = 0
    while writer.status.lostRecords < 3 {
      number += 1
      try writer.append(Record(number: number, bytes: bytes.span.bytes))
    }
    let readEnd = ends[0]
    let reading = try PipeReading(readEnd)
    let status = try writer.finish()
    let summary = reading.wait().summary
    close(readEnd)
    #expect(summary.lostRecords == 3)
    #expect(summary.records == status.writtenRecords && summary.records + 3 == number)
  }

  @Test func numbersMustIncrease() throws {
    let folder = try TemporaryFolder()
    let bytes = Sample.exit(timeNanoseconds: 1)
    var writer = try TraceWriter(path: "\(folder.path)/t.trace")
    try writer.append(Record(number: 2, bytes: bytes.span.bytes))
    do {
      try writer.append(Record(number: 2, bytes: bytes.span.bytes))
      Issue.record("taken")
    } catch let error as TraceError {
      #expect(error.reason == .number(2, after: 2))
    }
    #expect(try writer.finish().writtenRecords == 1)
  }

  private func failure(_ make: () throws -> TraceWriter) -> TraceError.Reason? {
    do {
      _ = try make()
      return nil
    } catch {
      return (error as? TraceError)?.reason
    }
  }
}

/// Reads a trace from a pipe on a thread of its own: a task might wait for ever for one that a test blocks.
///
/// Unchecked: the results are looked at after the thread has been joined.
private final class PipeReading: @unchecked Sendable {
  private let descriptor: Int32
  private var thread = pthread_t()
  private var numbers: [UInt64] = []
  private var summary = TraceSummary()

  init(_ descriptor: Int32) throws {
    self.descriptor = descriptor
    let number = pthread_create(&thread, nil, { context in
      guard let context else { return nil }
      Unmanaged<PipeReading>.fromOpaque(context).takeRetainedValue().read()
      return nil
    }, Unmanaged.passRetained(self).toOpaque())
    try #require(number == 0)
  }

  func wait() -> (numbers: [UInt64], summary: TraceSummary) {
    pthread_join(thread, nil)
    return (numbers, summary)
  }

  private func read() {
    do {
      var reader = try TraceReader(descriptor: descriptor, name: "pipe")
      var numbers: [UInt64] = []
      summary = reader.forEach { numbers.append($0.number) }
      self.numbers = numbers
    } catch {
      Issue.record(error)
    }
  }
}

/// Writes a trace without holding up the thread that records: that one only copies bytes into memory that is there,
/// another compresses and writes.
///
/// When the disk is too slow for the blocks at hand, records are dropped and counted, and the trace says where and
/// how many. Used by one thread; ends with ``finish()``, or without its answer when it goes out of scope.
package struct TraceWriter: ~Copyable {
  private let queue: TraceQueue
  private let thread: TraceWriterThread
  private let name: String
  private var block: TraceBlock?
  private var lastNumber: UInt64?
  /// Dropped since the last block was handed over; to be told in the next one's header.
  private var lostBefore: UInt64 = 0

  /// Blocks of 1 MiB: at 200,000 records of 300 bytes a second, a tenth of a second's stall of the disk.
  package static let defaultBlocks = 8

  /// Creates the file, with mode 0600, and writes its header.
  ///
  /// - Parameters:
  ///   - overwrites: otherwise an existing file is an error.
  ///   - blocks: of 1 MiB, that may wait for the disk; at least 2.
  package init(path: String, overwrites: Bool = false, blocks: Int = defaultBlocks) throws(TraceError) {
    self.init(try Self.start(TraceFile.create(path, overwrites: overwrites), blocks: blocks))
  }

  /// Writes to a pipe or standard stream.
  ///
  /// - Parameters:
  ///   - descriptor: duplicated; the caller's stays open.
  ///   - name: for errors.
  package init(descriptor: Int32, name: String, blocks: Int = defaultBlocks) throws(TraceError) {
    self.init(try Self.start(TraceFile.duplicate(descriptor, name: name), blocks: blocks))
  }

  /// Writes to a socket.
  ///
  /// - Parameters:
  ///   - socket: duplicated; must not block.
  ///   - patienceMilliseconds: that the peer may take no byte; then that is an error like any.
  package init(socket: Int32, name: String, patienceMilliseconds: Int32) throws(TraceError) {
    self.init(
      try Self.start(
        TraceFile.duplicate(socket, name: name, patienceMilliseconds: patienceMilliseconds), blocks: Self.defaultBlocks))
  }

  private init(_ thread: TraceWriterThread) {
    self.thread = thread
    queue = thread.queue
    name = thread.name
  }

  private static func start(_ file: consuming TraceFile, blocks: Int) throws(TraceError) -> TraceWriterThread {
    let header = TraceFileHeader.encoded()
    // On the caller's thread, so that a full disk is told at once.
    try file.write(header.span.bytes)
    let queue = TraceQueue(blocks: blocks)
    queue.update { $0.writtenBytes = UInt64(header.count) }
    let thread = try TraceWriterThread(queue: queue, file: file)
    try thread.start()
    return thread
  }

  deinit {
    queue.close()
    thread.finish()
  }

  /// Copies a record. Neither waits nor allocates, unless it has to keep it.
  ///
  /// - Parameter isKept: rather than drop the record, it takes more memory: for a bounded number, without which what
  ///   follows would tell nothing.
  /// - Throws: ``TraceError`` when the record's number is not greater than the last one's.
  package mutating func append(_ record: borrowing Record, isKept: Bool = false) throws(TraceError) {
    if let lastNumber, record.number <= lastNumber {
      throw TraceError(file: name, offset: 0, .number(record.number, after: lastNumber))
    }
    lastNumber = record.number
    if let block {
      if block.append(record) { return }
      flush()
    }
    guard let fresh = queue.takeFree() ?? (isKept ? TraceBlock() : nil) else {
      lostBefore &+= 1
      queue.update { $0.lostRecords &+= 1 }
      return
    }
    fresh.lostBefore = lostBefore
    lostBefore = 0
    _ = fresh.append(record)  // an empty block has room for any record
    block = fresh
  }

  /// Says that so many records are missing here: whoever gave the others had lost them.
  package mutating func lost(_ count: UInt64) {
    guard count > 0 else { return }
    flush()
    lostBefore = lostBefore.addingReportingOverflow(count).overflow ? .max : lostBefore + count
  }

  /// Hands what is there to the writing thread. For callers that bound how long a record may stay in memory.
  package mutating func flush() {
    guard let block = block.take() else { return }
    queue.put(block)
  }

  /// What was handed over before is not all written yet: more of it would take the memory in small pieces.
  package var isBehind: Bool { queue.isBehind }

  /// May be taken from time to time to see a failed disk.
  package var status: TraceWriterStatus { queue.snapshot() }

  /// Nothing more comes: what is there is written while the caller goes on, and ``finish()`` waits for that.
  package mutating func end() {
    flush()
    if lostBefore > 0 {
      let marker = queue.takeFree() ?? TraceBlock()
      marker.lostBefore = lostBefore
      lostBefore = 0
      queue.put(marker)
    }
    queue.close()
  }

  /// Writes what is there and waits until it is on disk.
  ///
  /// - Throws: the first failure since the writer was made. The file is then readable up to its last whole block.
  package consuming func finish() throws(TraceError) -> TraceWriterStatus {
    end()
    thread.finish()
    let status = queue.snapshot()
    if let error = status.error { throw error }
    return status
  }
}

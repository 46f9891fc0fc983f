package import CEvents

// Each typed record is the ABI's struct, filled as far as its writer knew it, beside the record it came from.

/// A process image: ``EventKind/exec`` or ``EventKind/task``.
package struct ProcessRecord: ~Escapable {
  package let fixed: sv_process
  package let record: Record

  @_lifetime(copy bytes)
  package init(number: UInt64, bytes: RawSpan) throws(RecordError) {
    let record = try Record(number: number, bytes: bytes)
    try self.init(record)
  }

  @_lifetime(copy record)
  package init(_ record: consuming Record) throws(RecordError) {
    guard record.kind == .exec || record.kind == .task else { throw .kind(record.header.kind) }
    fixed = record.fixedPart(sv_process())
    self.record = record
  }

  package var exe: RawSpan? { @_lifetime(copy self) get { record.variable(fixed.exe) } }
  package var cwd: RawSpan? { @_lifetime(copy self) get { record.variable(fixed.cwd) } }
  /// argv, each argument with its NUL.
  package var args: RawSpan? { @_lifetime(copy self) get { record.variable(fixed.args) } }
  /// The kept variables, each as NAME=VALUE with its NUL.
  package var env: RawSpan? { @_lifetime(copy self) get { record.variable(fixed.env) } }
  package var script: RawSpan? { @_lifetime(copy self) get { record.variable(fixed.script) } }
  package var interpreter: RawSpan? { @_lifetime(copy self) get { record.variable(fixed.interpreter) } }
}

extension Record {
  /// - Throws: ``RecordError/kind(_:)`` if this is no fork.
  package func fork() throws(RecordError) -> sv_fork {
    guard kind == .fork else { throw .kind(header.kind) }
    return fixedPart(sv_fork())
  }

  /// - Throws: ``RecordError/kind(_:)`` if this is no exit.
  package func exit() throws(RecordError) -> sv_exit {
    guard kind == .exit else { throw .kind(header.kind) }
    return fixedPart(sv_exit())
  }

  /// - Throws: ``RecordError/kind(_:)`` if this is no process as a writer knew it.
  package func known() throws(RecordError) -> sv_known {
    guard kind == .known else { throw .kind(header.kind) }
    return fixedPart(sv_known())
  }

  /// - Throws: ``RecordError/kind(_:)`` if this is not about a socket.
  package func socket() throws(RecordError) -> sv_socket {
    guard let kind, EventKinds.sockets.contains(kind) else { throw .kind(header.kind) }
    return fixedPart(sv_socket())
  }
}

/// The record that opens a stream: where and when it was made.
package struct StreamRecord: Equatable, Sendable {
  package var node: String
  package var bootID: String
  package var kernel: String
  package var version: String
  /// CLOCK_REALTIME minus CLOCK_BOOTTIME, nanoseconds, when the stream opened: add it to a record's time to get
  /// wall-clock time.
  package var clockOffsetNanoseconds: Int64

  package init(node: String, bootID: String, kernel: String, version: String, clockOffsetNanoseconds: Int64) {
    self.node = node
    self.bootID = bootID
    self.kernel = kernel
    self.version = version
    self.clockOffsetNanoseconds = clockOffsetNanoseconds
  }

  /// - Throws: ``RecordError/kind(_:)`` if `record` opens no stream.
  package init(_ record: borrowing Record) throws(RecordError) {
    guard record.kind == .stream else { throw .kind(record.header.kind) }
    let fixed = record.fixedPart(sv_stream())
    func text(_ reference: sv_ref) -> String {
      guard let span = record.variable(reference) else { return "" }
      return span.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
    node = text(fixed.node)
    bootID = text(fixed.boot_id)
    kernel = text(fixed.kernel)
    version = text(fixed.version)
    clockOffsetNanoseconds = Int64(bitPattern: fixed.realtime_ns &- fixed.header.time_ns)
  }
}

/// What was produced and what was lost since the stream opened.
package struct CountersRecord: Equatable, Sendable {
  package struct Counter: Equatable, Sendable {
    /// Records that a program set out to write.
    package var produced: UInt64 = 0
    /// Of these, refused because the ring was full.
    package var lostRing: UInt64 = 0
    /// Of these, given up because the CPU's scratch memory was in use.
    package var lostScratch: UInt64 = 0

    package init(produced: UInt64 = 0, lostRing: UInt64 = 0, lostScratch: UInt64 = 0) {
      self.produced = produced
      self.lostRing = lostRing
      self.lostScratch = lostScratch
    }

    package var lost: UInt64 { lostRing &+ lostScratch }
  }

  /// Kernel records that reached the agent.
  package var received: UInt64 = 0
  /// Program runs that the kernel skipped.
  package var missed: UInt64 = 0
  /// Records that could not be decoded.
  package var malformed: UInt64 = 0
  /// By kind, as far as the writer knew kinds.
  package var kinds: [EventKind: Counter] = [:]
  /// The stream starts here in the middle: whoever was to be told of these losses was.
  package var isTold = false
  /// Of ``isTold``: processes that found no room, and were not told of yet.
  package var processesRefused: UInt64 = 0
  /// Likewise of cgroups, facts and mounts.
  package var factsRefused: UInt64 = 0

  package init() {}

  /// - Throws: ``RecordError/kind(_:)`` if `record` holds no counters.
  package init(_ record: borrowing Record) throws(RecordError) {
    guard record.kind == .counters else { throw .kind(record.header.kind) }
    var fixed = record.fixedPart(sv_counters())
    received = fixed.received
    missed = fixed.missed
    malformed = fixed.malformed
    isTold = fixed.flags & SV_COUNTERS_TOLD != 0
    processesRefused = fixed.processes_refused
    factsRefused = fixed.facts_refused
    let known = Int(min(fixed.kinds, UInt32(SV_KIND_STREAM.rawValue)))
    withUnsafeBytes(of: &fixed.counter) { bytes in
      let counters = bytes.assumingMemoryBound(to: sv_counter.self)
      for kind in EventKind.allCases where Int(kind.rawValue) < known {
        let counter = counters[Int(kind.rawValue)]
        guard counter.produced != 0 else { continue }
        kinds[kind] = Counter(
          produced: counter.produced, lostRing: counter.lost_ring, lostScratch: counter.lost_scratch)
      }
    }
  }

  package var produced: UInt64 { kinds.values.reduce(0) { $0 &+ $1.produced } }
  package var lost: UInt64 { kinds.values.reduce(missed) { $0 &+ $1.lost } }
}

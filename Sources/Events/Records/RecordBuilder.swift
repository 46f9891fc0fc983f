internal import CEvents

/// Writes a record: the ABI's struct, then the variable parts it refers to. For context records, imports and tests;
/// kernel records are written by the BPF programs.
package struct RecordBuilder {
  private var bytes: [UInt8] = []
  private let fixedSize: Int

  /// - Parameter layout: a struct of the ABI; its header's size and fixed are filled in by ``finish(kind:)``.
  package init<Layout: BitwiseCopyable>(_ layout: Layout) {
    fixedSize = MemoryLayout<Layout>.size
    withUnsafeBytes(of: layout) { bytes.append(contentsOf: $0) }
  }

  /// Appends bytes and points the ref at `offset` within the fixed part to them.
  ///
  /// - Parameter keepsEmpty: a part of no bytes is present, which is not the same as absent.
  package mutating func append(_ part: some Collection<UInt8>, at offset: Int?, keepsEmpty: Bool = false) {
    guard let offset, keepsEmpty || !part.isEmpty else { return }
    let reference = sv_ref(offset: UInt32(bytes.count), length: UInt32(part.count))
    bytes.append(contentsOf: part)
    withUnsafeBytes(of: reference) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
  }

  /// The whole record, padded to a multiple of 8. nil: it would be larger than ``Record/maximumSize``.
  package consuming func finish(kind: EventKind) -> [UInt8]? {
    while !bytes.count.isMultiple(of: 8) { bytes.append(0) }
    guard bytes.count <= Record.maximumSize else { return nil }
    var header = bytes.withUnsafeBytes { $0.loadUnaligned(as: sv_header.self) }
    header.size = UInt32(bytes.count)
    header.fixed = UInt16(fixedSize)
    header.kind = kind.rawValue
    withUnsafeBytes(of: header) { bytes.replaceSubrange(0..<$0.count, with: $0) }
    return bytes
  }
}

extension StreamRecord {
  /// - Parameters:
  ///   - timeNanoseconds: CLOCK_BOOTTIME now.
  ///   - pid: of the agent.
  package func encoded(timeNanoseconds: UInt64, pid: UInt32) -> [UInt8] {
    var fixed = sv_stream()
    fixed.header.time_ns = timeNanoseconds
    fixed.header.pid = pid
    fixed.realtime_ns = timeNanoseconds &+ UInt64(bitPattern: clockOffsetNanoseconds)
    var builder = RecordBuilder(fixed)
    builder.append(node.utf8.prefix(4096), at: MemoryLayout<sv_stream>.offset(of: \.node))
    builder.append(bootID.utf8.prefix(255), at: MemoryLayout<sv_stream>.offset(of: \.boot_id))
    builder.append(kernel.utf8.prefix(255), at: MemoryLayout<sv_stream>.offset(of: \.kernel))
    builder.append(version.utf8.prefix(255), at: MemoryLayout<sv_stream>.offset(of: \.version))
    return builder.finish(kind: .stream) ?? []  // at most 80 + 4864 bytes: always fits
  }
}

extension CountersRecord {
  /// As ``StreamRecord/encoded(timeNanoseconds:pid:)``.
  package func encoded(timeNanoseconds: UInt64, pid: UInt32) -> [UInt8] {
    var fixed = sv_counters()
    fixed.header.time_ns = timeNanoseconds
    fixed.header.pid = pid
    fixed.received = received
    fixed.missed = missed
    fixed.malformed = malformed
    fixed.flags = isTold ? SV_COUNTERS_TOLD : 0
    fixed.processes_refused = processesRefused
    fixed.facts_refused = factsRefused
    fixed.kinds = UInt32(SV_KIND_STREAM.rawValue)
    withUnsafeMutableBytes(of: &fixed.counter) { bytes in
      let counters = bytes.assumingMemoryBound(to: sv_counter.self)
      for (kind, counter) in kinds where Int(kind.rawValue) < counters.count {
        counters[Int(kind.rawValue)] = sv_counter(
          produced: counter.produced, lost_ring: counter.lostRing, lost_scratch: counter.lostScratch)
      }
    }
    return RecordBuilder(fixed).finish(kind: .counters) ?? []  // a fixed size, far below the limit
  }
}

import Events

/// What a trace of a live run accounts for.
struct TraceCounters {
  private(set) var last = CountersRecord()
  /// Records that the kernel wrote, the snapshot left out.
  private(set) var kernelRecords: UInt64 = 0

  init(path: String) throws {
    var reader = try TraceReader(path: path)
    var last = CountersRecord()
    var kernelRecords: UInt64 = 0
    reader.forEach { record in
      switch record.kind {
      case .counters: last = (try? CountersRecord(record)) ?? last
      case .stream, .task, .known, .facts, .mounts, nil: break
      case .cgroup: if let cgroup = try? CgroupRecord(copy record), !cgroup.isFound { kernelRecords += 1 }
      default: kernelRecords += 1
      }
    }
    self.last = last
    self.kernelRecords = kernelRecords
  }

  /// Of what was produced.
  var lost: UInt64 { last.lost - last.missed }
}

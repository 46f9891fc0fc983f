internal import Events
internal import Synchronization

/// Jobs that the controller has told of: a job's cgroup may be removed and made again with each of its steps, and is one
/// question. Bounded, and each forgotten after a while. Any thread.
final class JobCache: Sendable {
  private let jobs = Mutex<[UInt32: (job: SlurmJob, since: UInt64)]>([:])
  private static let limit = 4096
  private static let nanoseconds: UInt64 = 600_000_000_000

  func job(_ id: UInt32) -> SlurmJob? {
    let now = KernelClock.monotonic
    return jobs.withLock { jobs in
      guard let known = jobs[id], now &- known.since < Self.nanoseconds else { return nil }
      return known.job
    }
  }

  func keep(_ job: SlurmJob) {
    jobs.withLock { jobs in
      if jobs.count >= Self.limit { jobs.removeAll(keepingCapacity: true) }
      jobs[job.id] = (job, KernelClock.monotonic)
    }
  }
}

internal import Rules
internal import Synchronization

/// Runs tests at the same time on several threads. What comes of them depends on the tests alone, not on the threads.
package final class TestRunner: Sendable {
  private struct Done {
    var results: [TestResult?]
    var coverage: Coverage?
  }

  private let plan: TestPlan
  private let next = Atomic(0)
  private let done: Mutex<Done>
  private let wantsCoverage: Bool

  private init(_ plan: TestPlan, wantsCoverage: Bool) {
    self.plan = plan
    self.wantsCoverage = wantsCoverage
    let empty = Done(results: Array(repeating: nil, count: plan.entries.count), coverage: wantsCoverage ? Coverage() : nil)
    done = Mutex(empty)
  }

  /// - Parameter threads: nil: as many as there are processors.
  /// - Returns: of each test, in the plan's order; the coverage if it is asked for.
  package static func run(
    _ plan: TestPlan, threads: Int? = nil, wantsCoverage: Bool = false
  ) -> (results: [TestResult], coverage: Coverage?) {
    let runner = TestRunner(plan, wantsCoverage: wantsCoverage)
    let threads = min(threads ?? Workers.processors, max(1, plan.entries.count))
    Workers.run(threads) { runner.work() }
    return runner.done.withLock { done in
      let results = done.results.compactMap { $0 }
      done.coverage?.note(plan, results)
      return (results, done.coverage)
    }
  }

  private func work() {
    var worker: TestWorker?
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < plan.entries.count else { break }
      let entry = plan.entries[index]
      if worker?.policy != entry.policy {
        leave(&worker)
        worker = TestWorker(entry.policy, plan.policies[entry.policy], wantsCoverage: wantsCoverage)
      }
      guard let result = worker?.run(entry.test) else { break }
      done.withLock { $0.results[index] = result }
    }
    leave(&worker)
  }

  private func leave(_ worker: inout TestWorker?) {
    guard let coverage = worker?.takeCoverage() else { return }
    done.withLock { $0.coverage?.add(coverage) }
  }
}

internal import Glibc

/// Asks Slurm's controller for a job, by the programs that Slurm brings. Blocks its caller.
struct SlurmController: Sendable {
  /// Of squeue.
  let program: String
  /// Where its configuration is, if not at its usual place.
  let configuration: String?
  var timeoutMilliseconds = 5000
  static let answerLimit = 256 << 10

  enum Reply: Equatable {
    case job(SlurmJob)
    /// It knows no such job, yet or any more.
    case notFound
    case failure(String)
  }

  func ask(_ id: UInt32) -> Reply {
    let mark = String(UInt64.random(in: .min ... .max), radix: 16)
    do throws(ProgramRun.Failure) {
      let answer = try ProgramRun.run(
        program, ["--noheader", "--states=all", "--jobs=\(id)", "--format=\(SlurmJob.queueFormat(mark: mark))"],
        environment: configuration.map { ["SLURM_CONF=\($0)"] } ?? [], timeoutMilliseconds: timeoutMilliseconds,
        outputLimit: Self.answerLimit)
      if let job = SlurmJob(queue: answer.output, mark: mark, id: id) { return .job(job) }
      let errors = String(decoding: answer.errors, as: UTF8.self)
      // Also when the controller has forgotten it.
      if answer.status == 0 || errors.contains("Invalid job id") { return .notFound }
      return .failure("\(program): status \(answer.status): \(errors.prefix { $0 != "\n" })")
    } catch {
      return .failure("\(program): \(error)")
    }
  }
}

/// What Slurm says of a job.
package struct SlurmJob: Equatable, Sendable {
  /// The number in the job's cgroup. Of a task of an array it is that task's own.
  package var id: UInt32
  package var user: String
  package var account: String
  package var partition: String
  package var nodes: String

  package init(id: UInt32, user: String, account: String, partition: String, nodes: String) {
    self.id = id
    self.user = user
    self.account = account
    self.partition = partition
    self.nodes = nodes
  }

  /// Facts by the names of their fields.
  package var pairs: [(name: String, value: String)] {
    [
      ("slurm.job", "\(id)"), ("slurm.user", user), ("slurm.account", account), ("slurm.partition", partition),
      ("slurm.nodes", nodes),
    ].filter { !$0.1.isEmpty }
  }

  // MARK: - squeue

  /// What `squeue` is asked to write of each job. The account stands last: where no accounting daemon checks it, it is
  /// free text of whoever submits; all before it is the controller's own. `scontrol show job` can't be read safely: the
  /// job's name, free text as well, stands before the user.
  ///
  /// - Parameter mark: nobody who submits knows it: a line that begins otherwise is none of squeue's.
  package static func queueFormat(mark: String) -> String { "\(mark)|%A|%u|%P|%N|%a" }

  /// Reads squeue's answer.
  ///
  /// - Parameter id: the job that was asked for; lines about others are passed over: those of an array's other tasks
  ///   come as well.
  /// - Returns: nil: it says nothing of that job.
  package init?(queue text: [UInt8], mark: String, id: UInt32) {
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: "|"), maxSplits: 5, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      guard fields.count == 6, fields[0] == mark, UInt32(fields[1]) == id, !fields[2].isEmpty else { continue }
      self.init(id: id, user: fields[2], account: Self.said(fields[5]), partition: fields[3], nodes: Self.said(fields[4]))
      return
    }
    return nil
  }

  /// What Slurm writes for nothing.
  private static func said(_ text: String) -> String { ["(null)", "N/A"].contains(text) ? "" : text }

  // MARK: - Prolog

  /// Reads what the site's Prolog left: lines of NAME=VALUE, those of Slurm's own variables. Others are passed over.
  ///
  /// - Returns: nil: it is not about that job, or says no user.
  package init?(pushed text: [UInt8], id: UInt32) {
    var values: [String: String] = [:]
    for line in text.split(separator: UInt8(ascii: "\n")) {
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = String(decoding: line[..<equals], as: UTF8.self)
      // The first counts: a value may end with what looks like another line.
      if values[name] == nil { values[name] = String(decoding: line[line.index(after: equals)...], as: UTF8.self) }
    }
    guard values["SLURM_JOB_ID"].flatMap({ UInt32($0) }) == id, let user = values["SLURM_JOB_USER"], !user.isEmpty else {
      return nil
    }
    self.init(
      id: id, user: user, account: values["SLURM_JOB_ACCOUNT"] ?? "", partition: values["SLURM_JOB_PARTITION"] ?? "",
      nodes: values["SLURM_JOB_NODELIST"] ?? "")
  }
}

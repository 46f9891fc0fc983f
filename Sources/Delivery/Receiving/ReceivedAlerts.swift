/// What a receiver got, of any number of nodes: which lines to keep, and what is missing.
package struct ReceivedAlerts: Sendable {
  /// What there is to tell about a line.
  package struct Verdict: Sendable, Equatable {
    /// false: it was here before.
    package var isNew = true
    /// A line for people; nil: nothing is wrong.
    package var complaint: String?
  }

  package struct Counts: Sendable, Equatable {
    package var lines = 0
    package var alerts = 0
    package var heartbeats = 0
    package var again = 0
    /// Gaps that were found, and alerts that came late, into one.
    package var gaps = 0
    package var late = 0

    package init() {}
  }

  private struct Sender {
    var chain = ReceivedChain()
    var node: String?
    /// Of the last line, and how long the silence may last; in seconds, by the caller's clock.
    var heard: UInt64
    var patience: UInt64 = 0
    var isSilent = false
  }

  /// More are not followed: a million nodes have one each, and whoever forges lines would have as many as they like.
  private static let senderLimit = 100_000

  package private(set) var counts = Counts()
  private var senders: [String: Sender] = [:]

  package init() {}

  /// Something is known to be missing.
  package var isIncomplete: Bool { senders.values.contains { $0.chain.isIncomplete } }

  /// - Parameter seconds: now, by a clock that only goes forward.
  package mutating func receive(_ line: [UInt8], atSeconds seconds: UInt64) -> Verdict {
    counts.lines += 1
    guard let line = ReceivedLine(line) else { return Verdict() }
    guard var sender = senders[line.series] ?? (senders.count < Self.senderLimit ? Sender(heard: seconds) : nil) else {
      return Verdict(complaint: senders.count == Self.senderLimit ? "more nodes than can be followed: \(line.series)" : nil)
    }
    defer { senders[line.series] = sender }
    if let node = line.node { sender.node = node }
    sender.heard = seconds
    var verdict = Verdict()
    if sender.isSilent {
      sender.isSilent = false
      verdict.complaint = "\(name(sender, line.series)) is heard again"
    }
    switch line.content {
    case .alert(let sequence, let previous):
      counts.alerts += 1
      switch sender.chain.receive(sequence, previous: previous) {
      case .new: break
      case .after(let missing):
        counts.gaps += 1
        verdict.complaint = Self.complaint(name(sender, line.series), missing, before: sequence)
      case .late:
        counts.late += 1
        verdict.complaint = "\(name(sender, line.series)): alert \(sequence) came after all"
      case .again:
        counts.again += 1
        verdict.isNew = false
      }
    case .heartbeat(let last, let interval):
      counts.heartbeats += 1
      // Two may be lost on the way.
      sender.patience = interval < 1 << 32 ? interval * 3 : 0
      if let missing = sender.chain.heartbeat(last: last) {
        counts.gaps += 1
        verdict.complaint = Self.complaint(name(sender, line.series), missing, before: nil)
      }
    }
    return verdict
  }

  /// Nodes that have said nothing for three times the interval of their heartbeats, each told once.
  package mutating func silent(atSeconds seconds: UInt64) -> [String] {
    var complaints: [String] = []
    for (series, sender) in senders where !sender.isSilent && sender.patience > 0 && seconds > sender.heard + sender.patience {
      senders[series]?.isSilent = true
      complaints.append("\(name(sender, series)) is silent since \(seconds - sender.heard) seconds")
    }
    return complaints.sorted()
  }

  private func name(_ sender: Sender, _ series: String) -> String { "node \(sender.node ?? "?") (series \(series))" }

  private static func complaint(_ name: String, _ missing: ClosedRange<UInt64>, before sequence: UInt64?) -> String {
    let range = missing.count == 1 ? "\(missing.lowerBound)" : "\(missing.lowerBound) to \(missing.upperBound)"
    return "\(name): missing \(range)" + (sequence.map { ", before \($0)" } ?? ", as a heartbeat says")
  }
}

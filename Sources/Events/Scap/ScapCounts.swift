/// What an import made of a capture. Each event is counted once: ``events`` is the sum of what it was taken for.
package struct ScapCounts: Equatable, Sendable {
  /// As "1.2".
  package internal(set) var version = ""
  package internal(set) var isCompressed = false
  /// Records made, by kind.
  package internal(set) var records: [EventKind: UInt64] = [:]

  package internal(set) var events: UInt64 = 0
  /// Gave records.
  package internal(set) var told: UInt64 = 0
  /// Gave none, but changed what is known: a socket was made, a thread began, a datagram went where others had gone.
  package internal(set) var used: UInt64 = 0
  /// First halves of calls; the second halves tell the outcome.
  package internal(set) var halves: UInt64 = 0
  /// Calls that failed, and so changed nothing, by name.
  package internal(set) var failed: [String: UInt64] = [:]
  /// About sockets that aren't of the internet, or that the capture doesn't tell enough of, by name.
  package internal(set) var otherSockets: [String: UInt64] = [:]
  /// Of kinds that records don't have, by name.
  package internal(set) var notCarried: [String: UInt64] = [:]
  /// Of kinds that this version doesn't know.
  package internal(set) var unknown: UInt64 = 0
  /// Not what their own lengths say.
  package internal(set) var malformed: UInt64 = 0

  // What records lack that were made all the same.

  /// Threads whose process the capture doesn't tell: taken as processes of their own, with no name.
  package internal(set) var unknownThreads: UInt64 = 0
  /// Programs started, of which the capture doesn't tell the file.
  package internal(set) var unknownPaths: UInt64 = 0
  /// Exits of which it doesn't tell the status.
  package internal(set) var unknownStatus: UInt64 = 0
  /// Connects that went on after they returned, and whose outcome isn't told.
  package internal(set) var unknownOutcomes: UInt64 = 0
  /// Arguments, paths and environments that were longer than a record has room for.
  package internal(set) var cut: UInt64 = 0
  /// Processes, threads and sockets that found no room.
  package internal(set) var refused: UInt64 = 0
  /// The capture says here that it lost events.
  package var drops: UInt64 { notCarried["drop"] ?? 0 }

  package init() {}

  /// By subject ("file", "data", "memory", ...), the most frequent first; within each by name, likewise.
  package var notCarriedBySubject: [(subject: String, count: UInt64, names: [(name: String, count: UInt64)])] {
    Dictionary(grouping: Self.ranked(notCarried)) { ScapEventNames.subject($0.name) }
      .map { ($0.key, $0.value.reduce(0) { $0 &+ $1.count }, $0.value) }
      .sorted { ($1.count, $0.subject) < ($0.count, $1.subject) }
  }

  package static func ranked(_ counts: [String: UInt64]) -> [(name: String, count: UInt64)] {
    counts.map { (name: $0.key, count: $0.value) }.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
  }

  /// What ``events`` is the sum of.
  var accounted: UInt64 {
    func sum(_ counts: [String: UInt64]) -> UInt64 { counts.values.reduce(0, &+) }
    return told &+ used &+ halves &+ sum(failed) &+ sum(otherSockets) &+ sum(notCarried) &+ unknown &+ malformed
  }
}

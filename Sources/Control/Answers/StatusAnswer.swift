/// `GET /v1/status`. What an owner is not to see is left out.
package struct StatusAnswer: Codable, Sendable {
  package struct Sink: Codable, Sendable {
    package var name: String
    /// What delivered means: acknowledged, handed over.
    package var confirmation: String
    /// `offered == filtered + delivered + refused + failed + dropped + waiting`.
    package var offered: UInt64
    package var filtered: UInt64
    package var delivered: UInt64
    package var refused: UInt64
    package var failed: UInt64
    package var dropped: UInt64
    package var waiting: UInt64
    /// Of the first that waits; RFC 3339.
    package var oldest: String?
    package var retries: UInt64
    package var lastError: String?
  }

  /// `appended == committed + waiting + refused + unkept`, see ``SpoolStatus``.
  package struct Spool: Codable, Sendable {
    package var appended: UInt64
    package var committed: UInt64
    package var waiting: UInt64
    package var refused: UInt64
    package var unkept: UInt64
    package var unspooled: UInt64
    package var rows: UInt64
    package var dropped: UInt64
    package var bytes: Int
    package var lastSequence: UInt64
    /// Why nothing can be written at present.
    package var failure: String?
  }

  /// A source of facts about workloads.
  package struct Source: Codable, Sendable {
    package var name: String
    package var state: String
    package var place: String
    package var remark: String?
    package var questions: UInt64
    package var failures: UInt64
    package var waiting: Int

    package init(
      name: String, state: String, place: String, remark: String?, questions: UInt64, failures: UInt64, waiting: Int
    ) {
      self.name = name
      self.state = state
      self.place = place
      self.remark = remark
      self.questions = questions
      self.failures = failures
      self.waiting = waiting
    }
  }

  /// Of this socket.
  package struct Socket: Codable, Sendable {
    package var connections: Int
    package var refused: UInt64
  }

  package var version: String
  package var node: String
  package var kernel: String
  /// RFC 3339.
  package var started: String
  /// staff or owner: as whom this was asked.
  package var role: String
  /// Rules that hold; of an owner: the tenants' own.
  package var rules: Int
  /// When they took over; RFC 3339.
  package var rulesSince: String
  /// That the agent was given since it started.
  package var records: UInt64?
  /// By kind of event, of the whole node: whose they were is not known.
  package var lost: [String: UInt64]
  /// None without tenants.
  package var tenants: [TenantCounts]
  package var workloads: Int
  package var alertsKept: Int
  package var sinks: [Sink]?
  /// Absent: alerts wait in memory.
  package var spool: Spool?
  package var sources: [Source]?
  package var socket: Socket?
}

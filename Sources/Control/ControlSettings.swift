package import Rules

/// Where and for whom the agent answers.
package struct ControlSettings: Sendable {
  /// Of the socket.
  package var path: String
  /// Who may see and do all, besides root.
  package var staff: [Owner]

  /// Where the cgroup2 hierarchy is mounted.
  package var hierarchy: String
  /// Where metrics are to be had without a question who asks, `127.0.0.1:9464`; nil: only at the socket.
  package var metricsAddress: String?
  package var patience = Patience()

  /// How long a peer is waited for, in seconds.
  package struct Patience: Sendable {
    /// Until its request is whole.
    package var request: Int64 = 10
    /// Until the agent has an answer.
    package var answer: Int64 = 30
    /// Until it has taken a piece of it.
    package var piece: Int64 = 60
    /// Until it closes the connection when it has all.
    package var parting: Int64 = 2

    package init() {}
  }

  package init(path: String, staff: [Owner], hierarchy: String) {
    self.path = path
    self.staff = staff
    self.hierarchy = hierarchy
  }
}

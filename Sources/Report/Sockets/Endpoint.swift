import Engine

/// What a process did with one endpoint: all its connections to an address and port, or from an address to a port of
/// its own, together.
struct Endpoint {
  enum Role: String { case connect, accept, listen, bind, send, socket }

  let role: Role
  let `protocol`: UInt16
  /// Of the latest.
  var local: SocketAddress?
  /// Without the port where others choose it anew for each connection.
  let remote: SocketAddress?
  /// Of an accepted connection: the port here.
  let localPort: UInt16

  /// How often.
  var count = 0
  /// 0 or a negative error number, and how often it was the outcome; the commonest few that came first.
  var outcomes: [(result: Int32, count: Int)] = []
  var otherOutcomes = 0
  /// Connections that ended.
  var closed = 0
  /// The longest connection, nanoseconds.
  var longestNanoseconds: UInt64 = 0
  /// Wall clock, nanoseconds.
  let firstNanoseconds: Int64
  var lastNanoseconds: Int64 = 0

  private static let outcomeLimit = 4

  mutating func note(result: Int32) {
    if let known = outcomes.firstIndex(where: { $0.result == result }) {
      outcomes[known].count += 1
    } else if outcomes.count < Self.outcomeLimit {
      outcomes.append((result, 1))
    } else {
      otherOutcomes += 1
    }
  }

  func isSame(as other: Endpoint) -> Bool {
    role == other.role && `protocol` == other.protocol && remote == other.remote && localPort == other.localPort
  }
}

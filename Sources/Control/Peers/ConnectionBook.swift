internal import Synchronization

/// How many connections there are, and whose: one user can't keep others out, and all of them together can't keep root out.
final class ConnectionBook: Sendable {
  private let users = Mutex<[UInt32: Int]>([:])

  static let limitPerUser = 8
  static let limit = 64
  /// Of root's, besides.
  static let rootLimit = 32

  /// Connections that are there.
  var count: Int { users.withLock { $0.values.reduce(0, +) } }

  /// - Returns: false: there are too many.
  func enter(_ user: UInt32) -> Bool {
    users.withLock { users in
      let own = users[user, default: 0]
      let root = users[0, default: 0]
      let fits = user == 0 ? root < Self.rootLimit : own < Self.limitPerUser && users.values.reduce(0, +) - root < Self.limit
      if fits { users[user] = own + 1 }
      return fits
    }
  }

  func leave(_ user: UInt32) {
    users.withLock { users in
      let own = users[user, default: 1] - 1
      users[user] = own > 0 ? own : nil
    }
  }
}

internal import Discovery
internal import Events
internal import Synchronization

/// Tells of calls that were refused, a line each. Whoever goes on and on is told of now and then, with how often; others'
/// lines come all the same.
final class RefusalLog: Sendable {
  private struct User {
    var left = RefusalLog.burst
    var next: UInt64 = 0
    var untold: UInt64 = 0
  }

  private struct Contents {
    var users: [UInt32: User] = [:]
    var count: UInt64 = 0
  }

  private let contents = Mutex(Contents())
  private let say: @Sendable (String) -> Void

  private static let burst = 10
  private static let pauseNanoseconds: UInt64 = 10_000_000_000
  private static let userLimit = 1024
  /// Bytes of what was asked for.
  private static let textLimit = 256

  /// - Parameter say: is given a line, without its end.
  init(_ say: @escaping @Sendable (String) -> Void) { self.say = say }

  /// Calls that were refused.
  var count: UInt64 { contents.withLock { $0.count } }

  /// - Parameters:
  ///   - call: what was asked for; whatever bytes.
  ///   - reason: why not, in a few words.
  func note(_ peer: Peer, _ call: String, _ reason: String) {
    let now = KernelClock.monotonic
    let untold: UInt64? = contents.withLock { contents in
      contents.count += 1
      if contents.users.count >= Self.userLimit, contents.users[peer.user] == nil { contents.users = [:] }
      var user = contents.users[peer.user] ?? User()
      defer { contents.users[peer.user] = user }
      if user.left == 0, now >= user.next { user.left = 1 }
      guard user.left > 0 else {
        user.untold += 1
        return nil
      }
      user.left -= 1
      user.next = now &+ Self.pauseNanoseconds
      defer { user.untold = 0 }
      return user.untold
    }
    guard let untold else { return }
    let more = untold > 0 ? "; and \(untold) more of that user's before" : ""
    let shown = EscapedText.escaped(call.utf8, limit: Self.textLimit)
    say("refused \(shown) to user \(peer.user), process \(peer.pid): \(reason)\(more)")
  }
}

internal import Events
internal import Discovery
internal import Glibc
internal import NIOPosix
internal import Synchronization

/// What users and groups are called, as the node's databases say. They may be slow, or asked over a network: it is done on
/// threads of its own, and remembered for a while.
final class AccountNames: Sendable {
  enum Account: Hashable, Sendable {
    case user(UInt32)
    case group(UInt32)
  }

  private struct Entry {
    let name: String?
    let until: UInt64
  }

  private let pool = NIOThreadPool(numberOfThreads: 2)
  private let known = Mutex<[Account: Entry]>([:])

  private static let limit = 4096
  private static let ageNanoseconds: UInt64 = 60_000_000_000
  /// An entry of a group holds all its members.
  private static let bufferLimit = 1 << 20

  init() { pool.start() }

  /// Lookups that are under way come to nothing.
  func close() { pool.shutdownGracefully { _ in } }

  /// nil: it has none, or there is no telling.
  func name(_ account: Account) async -> String? {
    let now = KernelClock.monotonic
    if let entry = known.withLock({ $0[account] }), entry.until > now { return entry.name }
    guard let name = try? await pool.runIfActive({ Self.lookUp(account) }) else { return nil }
    known.withLock { known in
      if known.count >= Self.limit { known = [:] }
      known[account] = Entry(name: name, until: now &+ Self.ageNanoseconds)
    }
    return name
  }

  private static func lookUp(_ account: Account) -> String? {
    var size = 4096
    while size <= bufferLimit {
      let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
      defer { buffer.deallocate() }
      let (result, name) = ask(account, buffer, size)
      if result != ERANGE { return name }
      size *= 4
    }
    return nil
  }

  private static func ask(_ account: Account, _ buffer: UnsafeMutablePointer<CChar>, _ size: Int) -> (CInt, String?) {
    switch account {
    case .user(let id):
      var entry = passwd()
      var found: UnsafeMutablePointer<passwd>?
      let result = getpwuid_r(id, &entry, buffer, size, &found)
      return (result, found.flatMap { $0.pointee.pw_name.map { String(cString: $0) } })
    case .group(let id):
      var entry = group()
      var found: UnsafeMutablePointer<group>?
      let result = getgrgid_r(id, &entry, buffer, size, &found)
      return (result, found.flatMap { $0.pointee.gr_name.map { String(cString: $0) } })
    }
  }
}

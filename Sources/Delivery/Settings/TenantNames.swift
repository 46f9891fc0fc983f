internal import Synchronization

/// The tenants whose alerts a sink gets, which may change. Any thread.
final class TenantNames: Sendable {
  private let names: Mutex<Set<String>>

  init(_ names: Set<String>) { self.names = Mutex(names) }

  func replace(with names: Set<String>) { self.names.withLock { $0 = names } }

  func contain(_ tenant: String?) -> Bool { tenant.map { tenant in names.withLock { $0.contains(tenant) } } ?? false }
}

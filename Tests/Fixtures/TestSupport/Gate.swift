internal import Synchronization

/// Where a peer's thread waits until the test lets it on.
package final class Gate: Sendable {
  private let isOpen = Atomic(false)

  package init() {}

  package func open() { isOpen.store(true, ordering: .releasing) }
  package func wait() { _ = eventually { isOpen.load(ordering: .acquiring) } }
}

internal import Glibc
internal import Synchronization

/// Wakes a thread that waits in `poll`, from any other. Rings that are not heard yet are one.
final class Doorbell: Sendable {
  private let ends: DescriptorPair
  private let hasRung = Atomic(false)

  init() throws(DeliveryError) { ends = try DescriptorPair() }

  /// Readable when it has rung.
  var descriptor: Int32 { ends.readEnd }

  /// After the change that it tells of.
  func ring() {
    guard !hasRung.exchange(true, ordering: .acquiringAndReleasing) else { return }
    var byte: UInt8 = 0
    _ = send(ends.writeEnd, &byte, 1, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
  }

  /// Before the look at what changed. The thread that waits calls it.
  func clear() {
    var byte: UInt8 = 0
    _ = recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT))
    hasRung.store(false, ordering: .sequentiallyConsistent)
  }
}

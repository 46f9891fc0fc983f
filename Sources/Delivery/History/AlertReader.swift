/// Somebody who reads alerts from an archive, in their order, at its own pace.
package final class AlertReader: Sendable {
  package struct Batch: Sendable {
    package var lines: [AlertLine] = []
    /// Alerts that were there, and were gone before it came to them.
    package var lost: UInt64 = 0
    /// It has looked at much, and is not through: to be asked again.
    package var isMore = false
    /// Why the archive can't be read; what there is to read later is told then.
    package var failure: String?

    /// There is nothing to tell, nor to look for.
    package var isEmpty: Bool { lines.isEmpty && lost == 0 && !isMore }
  }

  /// Where an archive keeps what it knows of a reader.
  protocol Place: Sendable {
    func read(limitBytes: Int) -> Batch
    /// Ends the bell.
    func stop()
    /// The reader is gone.
    func leave()
  }

  private let place: any Place
  /// Gives something when there may be more to read; ends when nothing more comes. One task.
  package let bell: AsyncStream<Void>

  init(_ place: any Place, bell: AsyncStream<Void>) {
    self.place = place
    self.bell = bell
  }

  deinit { place.leave() }

  /// Ends ``bell``.
  package func stop() { place.stop() }

  /// What came since, about so many bytes at most.
  package func next(limitBytes: Int = 64 << 10) -> Batch { place.read(limitBytes: limitBytes) }
}

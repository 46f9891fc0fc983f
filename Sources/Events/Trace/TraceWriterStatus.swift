/// How a ``TraceWriter`` is doing.
package struct TraceWriterStatus: Equatable, Sendable {
  /// In blocks that the file has.
  package var writtenRecords: UInt64 = 0
  package var writtenBlocks: UInt64 = 0
  /// The file's header included.
  package var writtenBytes: UInt64 = 0
  /// Given to the writer, but the disk was too slow, or a write had failed.
  package var lostRecords: UInt64 = 0
  /// The first failure. Nothing is written after it: what follows half a block could not be read.
  package var error: TraceError?

  package init() {}
}

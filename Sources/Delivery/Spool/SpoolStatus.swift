/// How the spool is doing. Counts are those of this run, if nothing else is said. At every moment
///
///     appended == committed + waiting + refused + unkept
///     rowsAtOpen + committed == rows + expired + dropped + damaged
package struct SpoolStatus: Sendable, Equatable {
  /// Given to ``Spool/append(_:)``.
  package internal(set) var appended: UInt64 = 0
  /// On disk, to stay there through a loss of power.
  package internal(set) var committed: UInt64 = 0
  /// In memory, not on disk yet.
  package internal(set) var waiting: UInt64 = 0
  /// Not taken: too many waited for the disk, or the spool was closed. No sink gets them.
  package internal(set) var refused: UInt64 = 0
  /// Given up by memory before the disk took them, after all sinks had them: the history lacks them.
  package internal(set) var unkept: UInt64 = 0
  /// Of all that were not refused: given to sinks before they were on disk, as the disk failed.
  package internal(set) var unspooled: UInt64 = 0

  /// On disk now.
  package internal(set) var rows: UInt64 = 0
  package internal(set) var rowsAtOpen: UInt64 = 0
  /// Removed, after all sinks had them.
  package internal(set) var expired: UInt64 = 0
  /// Removed before all sinks had them, for want of room or of age: see ``SinkCounts/dropped``.
  package internal(set) var dropped: UInt64 = 0
  /// Could not be read from a damaged file.
  package internal(set) var damaged: UInt64 = 0

  /// Greatest number given so far, by whichever run; 0: none.
  package internal(set) var lastSequence: UInt64 = 0
  /// All alerts up to it that will ever be on disk are.
  package internal(set) var committedSequence: UInt64 = 0
  /// Of the database, and of its write-ahead log.
  package internal(set) var fileBytes = 0
  package internal(set) var logBytes = 0
  /// Transactions so far; how long the last and the longest one took, with the wait for the disk.
  package internal(set) var commits: UInt64 = 0
  package internal(set) var lastCommitMicroseconds: UInt64 = 0
  package internal(set) var longestCommitMicroseconds: UInt64 = 0
  /// Why nothing can be written at present; nil: it can.
  package internal(set) var failure: String?
  /// How often that began.
  package internal(set) var failures: UInt64 = 0

  package init() {}
}

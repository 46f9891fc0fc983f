/// Where alerts wait on disk, and how much of it they may take.
package struct SpoolSettings: Sendable, Equatable {
  /// What goes when there is no room, and no alert left that all sinks have.
  package enum WhenFull: Sendable, Equatable {
    /// Of the lowest severity first, and of these the oldest.
    case dropLowest
    case dropOldest
  }

  package var path: String
  /// Of the database and its write-ahead log together, 1 MiB to 1 TiB.
  package var maximumBytes: Int
  /// Older alerts go, also such as some sink does not have yet: 60 seconds to ten years. A sink that the configuration does
  /// not name any more is forgotten after that time as well.
  package var maximumAgeSeconds: Int
  package var whenFull: WhenFull
  /// Alerts that may wait in memory for the disk, and their bytes about: what the ring's thread never waits for.
  package var waiting = 10_000
  package var waitingBytes = 32 << 20
  /// Newest alerts that are kept in memory though they are on disk, for sinks that keep up.
  package var cached = 2_048
  package var cachedBytes = 8 << 20

  package static let usualPath = "/var/lib/selvage/spool.db"
  package static let sizes = (1 << 20)...(1 << 40)
  package static let ages = 60...315_360_000

  package init(
    path: String = usualPath, maximumBytes: Int = 1 << 30, maximumAgeSeconds: Int = 30 * 86_400,
    whenFull: WhenFull = .dropLowest
  ) {
    self.path = path
    self.maximumBytes = maximumBytes
    self.maximumAgeSeconds = maximumAgeSeconds
    self.whenFull = whenFull
  }

  /// The write-ahead log's part of the bytes. It is emptied when it has half of that, and a transaction takes an eighth at most.
  var logBytes: Int { min(16 << 20, maximumBytes / 4) }
  static let pageBytes = 4096
  var pages: Int { (maximumBytes - logBytes) / Self.pageBytes }
  /// Alerts' bytes in one transaction.
  var batchBytes: Int { logBytes / 16 }
  /// Pages that are kept free, for the next transactions.
  var sparePages: Int { max(16, min(pages / 16, 1024)) }
}

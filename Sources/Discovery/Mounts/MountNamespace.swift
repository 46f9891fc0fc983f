internal import Events

/// A mount namespace that programs run in, as the agent knows it.
struct MountNamespace {
  /// Open: it is watched.
  var file: MountFile?
  /// Processes in it that are known.
  var processes = 0
  /// A process in it, whose view is told, and its cgroup.
  var pid: UInt32
  var cgroup: UInt64
  /// The table as it was last read, as the kernel wrote it. nil: there was no room for it, and it is told as cut.
  var text: [UInt8]?
  var textHash = 0
  /// There may be more than was read.
  var isCut = false
  /// It was read at all.
  var isRead = false
  /// What was told: more than the table, until the stream has come to `place`.
  var union: MountTable?
  var place: UInt = 0
  /// It was told that there may be more than was told.
  var isDoubtful = false
}

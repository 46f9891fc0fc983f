/// What the tree knows of one process besides its image. Slots are indices into the tree, -1 for none.
struct ProcessEntry {
  var pid: UInt32 = 0
  var startNanoseconds: UInt64 = 0
  var parentPID: UInt32 = 0
  var parentStartNanoseconds: UInt64 = 0
  /// Counted among the parent's references.
  var parent: Int32 = -1
  var image: Int32 = -1
  /// An earlier process that had the same pid.
  var older: Int32 = -1
  /// Children, and 1 as long as it runs or is among the latest that ended.
  var references: Int32 = 0
  var uid: UInt32 = 0
  var gid: UInt32 = 0
  var euid: UInt32 = 0
  var egid: UInt32 = 0
  var session: UInt32 = 0
  var innerPID: UInt32 = 0
  var comm = Comm()
  var hasExited = false
}

import Events

/// What is known of one cgroup. Slots are indices among the cgroups, -1 for none.
struct CgroupEntry {
  var id: UInt64 = 0
  /// 0: it is a root.
  var parentID: UInt64 = 0
  var parent: Int32 = -1
  var firstChild: Int32 = -1
  var nextSibling: Int32 = -1
  var previousSibling: Int32 = -1
  /// -1: not known, as its path isn't.
  var workload: Int32 = -1
  /// Its first set of facts.
  var facts: Int32 = -1
  /// By the latest that was said of it.
  var identity = Identity.unsaid
  /// When its facts or its identity changed: a number of the table's changes.
  var changed: UInt64 = 0
  /// CLOCK_BOOTTIME; 0: not known.
  var madeNanoseconds: UInt64 = 0
  /// Told by a record of its own; else others only named it.
  var isTold = false
  /// It ended, or nothing but its id is known: it goes when its turn comes.
  var isLeaving = false
  /// The number of its latest end.
  var leaving: UInt64 = 0
  /// Of a root, the names that lead to it, with a slash before each.
  var name: [UInt8] = []

  /// Forgets all, but keeps memory.
  mutating func reset(id: UInt64) {
    var name = self.name
    self.name = []
    name.removeAll(keepingCapacity: true)
    self = CgroupEntry()
    self.name = name
    self.id = id
  }
}

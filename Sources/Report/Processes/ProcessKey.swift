/// What names a process: an id alone is used again.
struct ProcessKey: Hashable {
  var pid: UInt32
  var startNanoseconds: UInt64

  /// A process is no older than its parent: whoever is older by this order can't be a descendant, so that no record,
  /// forged or not, makes a ring of parents.
  func canBeParent(of other: ProcessKey) -> Bool {
    (startNanoseconds, pid) < (other.startNanoseconds, other.pid)
  }
}

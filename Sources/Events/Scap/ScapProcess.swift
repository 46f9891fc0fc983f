/// A process of a capture, as far as its events and lists tell it.
struct ScapProcess {
  let pid: UInt32
  /// Of our records' clock; 0: it ran before the capture began.
  let startNanoseconds: UInt64
  var parent = ScapProcessID()
  var comm: [UInt8] = []
  var uid: UInt32 = 0
  var gid: UInt32 = 0
  var session: UInt32 = 0
  var innerPID: UInt32 = 0
  /// As the list of processes or an event told them; go on in a child, and in a later program where its event doesn't say.
  var loginUID: UInt32 = .max
  var tty: UInt32 = 0
  /// The thread that has the process's id runs.
  var firstRuns = true
  /// The others that run.
  var otherThreads: Set<UInt32> = []
  /// By file descriptor.
  var sockets: [Int32: ScapSocket] = [:]
  /// Made by a call of which the capture has the other half still to come: at the parent, or at the child.
  var awaits: Half?

  enum Half { case parents, childs }

  init(pid: UInt32, startNanoseconds: UInt64) {
    self.pid = pid
    self.startNanoseconds = startNanoseconds
  }

  var id: ScapProcessID { ScapProcessID(pid: pid, startNanoseconds: startNanoseconds) }
}

/// What the book has of one process. Slots are indices into the book, -1 for none.
struct BookedProcess {
  var key = ProcessKey(pid: 0, startNanoseconds: 0)
  var parentKey = ProcessKey(pid: 0, startNanoseconds: 0)
  /// Counted among the parent's references.
  var parent: Int32 = -1
  /// Children, 1 as long as it runs or is among the latest that ended, and 1 if it is on the page.
  var references = 1
  /// Its latest children, as far as the book still has them.
  var children: [ProcessKey] = []
  /// Of all its children.
  var childCount = 0

  /// Wall clock, nanoseconds; nil: not known.
  var startNanoseconds: Int64?
  var comm: [UInt8] = []
  var uid: UInt32 = 0
  /// The programs that it started, the latest last. When full, those in the middle go.
  var programs: [Program] = []
  var programCount = 0
  /// The program of who made it, with which it goes on until it starts one.
  var inherited: Program?
  var endpoints = EndpointList()
  var ending: Ending?
  var isQueued = false

  /// Place on the page; -1: not there.
  var number = -1
  /// An alert with details is about it.
  var isSubject = false
  /// The process with an alert as whose descendant it is on the page; -1: none.
  var anchor: Int32 = -1
  /// Of a process with an alert: descendants that may still come to the page.
  var room = 0

  struct Ending {
    /// Wall clock, nanoseconds.
    var timeNanoseconds: Int64
    var code: UInt32
    /// That ended it; 0: none.
    var signal: UInt32
    var hasDumped: Bool
  }

  private static let childLimit = 64
  private static let programLimit = 8

  mutating func add(child: ProcessKey) {
    childCount += 1
    if children.count == Self.childLimit { children.removeFirst() }
    children.append(child)
  }

  mutating func start(_ program: Program, uid: UInt32) {
    self.uid = uid
    programCount += 1
    if programs.count == Self.programLimit { programs.remove(at: 1) }
    programs.append(program)
  }

  var program: Program? { programs.last ?? inherited }
}

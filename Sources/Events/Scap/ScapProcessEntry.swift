/// A thread that ran when the capture began, from its list of processes.
struct ScapProcessEntry {
  var thread: UInt64 = 0
  var process: UInt64 = 0
  var parent: UInt64 = 0
  var session: UInt64 = 0
  var comm: [UInt8] = []
  /// argv[0].
  var exe: [UInt8] = []
  var exePath: [UInt8] = []
  /// The arguments after the first, each with its NUL.
  var arguments: [UInt8] = []
  var cwd: [UInt8] = []
  var uid: UInt32 = 0
  var gid: UInt32 = 0
  var environment: [UInt8] = []
  /// In the process's own pid namespace.
  var innerProcess: UInt64?
  var tty: UInt32 = 0
  var loginUID: UInt32 = .max
  var image = ScapImageFacts()

  /// Fields that came before the ones in between, in bytes: an entry with no more has only these.
  private static let oldTailBytes = 29

  /// - Parameter version: of the block.
  /// - Returns: nil: the capture is cut off within it.
  static func read(_ blocks: inout ScapBlocks, version: Int) throws(TraceError.Reason) -> ScapProcessEntry? {
    let what = "an entry of the list of processes"
    let before = blocks.left
    var entry = ScapProcessEntry()
    var size: Int?
    if version >= 9 {
      guard let bytes = try blocks.number(UInt32.self, of: what) else { return nil }
      size = Int(bytes)
      guard Int(bytes) <= before else { throw .scap(.content(what)) }
    }
    guard let thread = try blocks.number(UInt64.self, of: what), let process = try blocks.number(UInt64.self, of: what),
      let parent = try blocks.number(UInt64.self, of: what)
    else { return nil }
    (entry.thread, entry.process, entry.parent) = (thread, process, parent)
    if version >= 6 {
      guard let session = try blocks.number(UInt64.self, of: what) else { return nil }
      entry.session = session
    }
    if version >= 8, try blocks.number(UInt64.self, of: what) == nil { return nil }  // process group
    guard let comm = try blocks.text(of: what), let exe = try blocks.text(of: what) else { return nil }
    (entry.comm, entry.exe) = (comm, exe)
    if version >= 7 {
      guard let path = try blocks.text(of: what) else { return nil }
      entry.exePath = path
    }
    guard let arguments = try blocks.text(of: what), let cwd = try blocks.text(of: what),
      // Its limit of open files, and flags of the capturing program's own.
      try blocks.bytes(12, of: what) != nil, let uid = try blocks.number(UInt32.self, of: what),
      let gid = try blocks.number(UInt32.self, of: what)
    else { return nil }
    (entry.arguments, entry.cwd, entry.uid, entry.gid) = (arguments, cwd, uid, gid)
    if version >= 2, try blocks.bytes(28, of: what) == nil { return nil }  // memory and page faults
    if version >= 3 {
      guard let environment = try blocks.text(of: what) else { return nil }
      entry.environment = environment
    }
    if version >= 4 {
      guard try blocks.number(UInt64.self, of: what) != nil, let inner = try blocks.number(UInt64.self, of: what),
        try blocks.text(of: what) != nil  // cgroups
      else { return nil }
      entry.innerProcess = inner
    }
    if version >= 5, try blocks.text(of: what) == nil { return nil }  // root
    guard let size else { return entry }
    let rest = size - (before - blocks.left)
    guard rest >= 0 else { throw .scap(.content(what)) }
    guard let tail = try blocks.bytes(min(rest, ScapFormat.maximumEventBytes), of: what) else { return nil }
    entry.readTail(tail)
    return entry
  }

  /// What versions added one by one; each may be missing, with all after it.
  private mutating func readTail(_ tail: UnsafeRawBufferPointer) {
    var at = 0
    func number<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type) -> Number? {
      guard tail.count - at >= MemoryLayout<Number>.size else {
        at = tail.count
        return nil
      }
      defer { at += MemoryLayout<Number>.size }
      return tail.load(Number.self, at: at)
    }
    if tail.count > Self.oldTailBytes {
      _ = number(UInt64.self)  // start of its pid namespace
      tty = number(UInt32.self) ?? 0
    }
    loginUID = number(UInt32.self) ?? .max
    image.isWritable = number(UInt8.self) ?? 0 != 0
    _ = number(UInt64.self)  // inheritable capabilities
    image.permitted = number(UInt64.self) ?? 0
    image.effective = number(UInt64.self) ?? 0
    image.isUpperLayer = number(UInt8.self) ?? 0 != 0
    image.inode = number(UInt64.self) ?? 0
    _ = number(UInt64.self)  // times of the inode
    _ = number(UInt64.self)
    image.isMemfd = number(UInt8.self) ?? 0 != 0
  }
}

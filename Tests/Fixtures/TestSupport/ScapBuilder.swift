/// Makes captures as Falco and sysdig write them, block by block.
package struct ScapBuilder {
  package private(set) var bytes: [UInt8] = []
  /// Where each block starts; the last element is the end.
  package private(set) var offsets: [Int] = [0]
  private var time: UInt64 = 1_700_000_000_000_000_000

  package static let bootTime: UInt64 = 1_699_999_000_000_000_000

  package init(major: UInt16 = 1, minor: UInt16 = 2, magic: UInt32 = 0x1A2B_3C4D, machine: Bool = true) {
    section(major: major, minor: minor, magic: magic)
    if machine { block(0x201, Self.machine("node7")) }
  }

  package mutating func section(major: UInt16 = 1, minor: UInt16 = 2, magic: UInt32 = 0x1A2B_3C4D) {
    // byte-order magic, version, length of the section: not told
    block(0x0A0D_0D0A, Self.le(magic) + Self.le(major) + Self.le(minor) + Self.le(UInt64.max))
  }

  /// A block of any kind: type, length, content, length.
  package mutating func block(_ type: UInt32, _ content: [UInt8], length: UInt32? = nil, trailer: UInt32? = nil) {
    let whole = UInt32(content.count + 12)
    bytes += Self.le(type) + Self.le(length ?? whole) + content + Self.le(trailer ?? whole)
    offsets.append(bytes.count)
  }

  package static func machine(_ name: String, bootTime: UInt64 = bootTime) -> [UInt8] {
    // processors, memory, greatest pid, name in 128 bytes, time of the start, three more numbers
    le(UInt32(2)) + le(UInt64(1) << 30) + le(UInt64(32768)) + Array(name.utf8)
      + [UInt8](repeating: 0, count: 128 - name.utf8.count) + le(bootTime) + [UInt8](repeating: 0, count: 24)
  }

  /// How an event stands in its block.
  package enum Layout: UInt32 {
    case first = 0x204, firstWithFlags = 0x208
    case second = 0x216, secondWithFlags = 0x217
    case large = 0x221
  }

  /// - Parameter parameters: the bytes of each.
  package mutating func event(
    _ type: UInt16, thread: UInt64, _ parameters: [[UInt8]], _ layout: Layout = .second, at eventTime: UInt64? = nil
  ) {
    time += 1_000_000
    let hasCount = layout != .first && layout != .firstWithFlags
    let lengths = parameters.flatMap { Self.le(UInt16($0.count)) }
    let length = 22 + (hasCount ? 4 : 0) + lengths.count + parameters.reduce(0) { $0 + $1.count }
    var content = Self.le(UInt16(1))  // the processor
    if layout == .firstWithFlags || layout == .secondWithFlags { content += Self.le(UInt32(0)) }
    content += Self.le(eventTime ?? time) + Self.le(thread) + Self.le(UInt32(length)) + Self.le(type)
    if hasCount { content += Self.le(UInt32(parameters.count)) }
    block(layout.rawValue, content + lengths + parameters.flatMap { $0 })
  }

  // MARK: - Parameters

  package static func le<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
  }

  package static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }
  package static func texts(_ texts: [String]) -> [UInt8] { texts.flatMap { Array($0.utf8) + [0] } }

  /// Family, address, port.
  package static func address(_ address: [UInt8], _ port: UInt16) -> [UInt8] {
    [address.count == 4 ? 2 : 10] + address + le(port)
  }

  /// Family, address, port, address, port.
  package static func tuple(_ from: [UInt8], _ fromPort: UInt16, _ to: [UInt8], _ toPort: UInt16) -> [UInt8] {
    [from.count == 4 ? 2 : 10] + from + le(fromPort) + to + le(toPort)
  }

  // MARK: - Lists and calls

  package struct Process {
    package var tid: UInt64
    package var pid: UInt64
    package var parent: UInt64 = 1
    package var comm = "sh"
    package var path = "/bin/sh"
    package var args: [String] = []
    package var env: [String] = []
    package var uid: UInt32 = 1000

    package init(_ pid: UInt64, tid: UInt64? = nil, _ change: (inout Process) -> Void = { _ in }) {
      self.pid = pid
      self.tid = tid ?? pid
      change(&self)
    }
  }

  private static let listTypes: [UInt32] = [0x202, 0x207, 0x209, 0x210, 0x211, 0x212, 0x213, 0x214, 0x215]

  /// A list of processes in one of its nine versions.
  package mutating func processes(_ processes: [Process], version: Int = 9) {
    block(Self.listTypes[version - 1], processes.flatMap { Self.entry($0, version) })
  }

  private static func entry(_ process: Process, _ version: Int) -> [UInt8] {
    func short(_ bytes: [UInt8]) -> [UInt8] { le(UInt16(bytes.count)) + bytes }
    var entry = le(process.tid) + le(process.pid) + le(process.parent)
    if version >= 6 { entry += le(UInt64(77)) }  // session
    if version >= 8 { entry += le(process.pid) }  // process group
    entry += short(Array(process.comm.utf8)) + short(Array(process.comm.utf8))
    if version >= 7 { entry += short(Array(process.path.utf8)) }
    entry += short(texts(process.args)) + short(Array("/home/ann/".utf8))
    entry += le(UInt64(1024)) + le(UInt32(0)) + le(process.uid) + le(UInt32(100))
    if version >= 2 { entry += [UInt8](repeating: 9, count: 28) }
    if version >= 3 { entry += short(texts(process.env)) }
    if version >= 4 { entry += le(process.tid) + le(UInt64(5)) + short(texts(["cpu=/x"])) }
    if version >= 5 { entry += short(Array("/".utf8)) }
    guard version >= 9 else { return entry }
    entry += le(UInt64(0)) + le(UInt32(0x8803)) + le(UInt32(1001)) + [1]  // pid namespace, pts3, login, writable
    entry += le(UInt64(1)) + le(UInt64(2)) + le(UInt64(4)) + [1] + le(UInt64(4711))  // capabilities, upper layer, inode
    entry += le(UInt64(0)) + le(UInt64(0)) + [0] + [0xAB, 0xCD]  // times, memfd, what a later version adds
    return le(UInt32(entry.count + 4)) + entry
  }

  /// exec as it is since 2021.
  package mutating func exec(
    _ pid: UInt64, _ args: [String], path: String, parent: UInt64 = 1, comm: String, result: Int64 = 0,
    flags: UInt32 = 0, uid: UInt32 = 1000, type: UInt16 = 293, thread: UInt64? = nil
  ) {
    event(type, thread: thread ?? pid, [
      Self.le(result), Self.text(args.first ?? ""), Self.texts(Array(args.dropFirst())), Self.le(pid), Self.le(pid),
      Self.le(parent), Self.text("/home/ann"), Self.le(UInt64(1024)), Self.le(UInt64(0)), Self.le(UInt64(0)),
      Self.le(UInt32(0)), Self.le(UInt32(0)), Self.le(UInt32(0)), Self.text(comm), Self.texts(["cpu=/x"]),
      Self.texts(["A=1", "B=2"]), Self.le(UInt32(0x8801)), Self.le(pid), Self.le(UInt32(1001)), Self.le(flags),
      Self.le(UInt64(0)), Self.le(UInt64(3)), Self.le(UInt64(1)), Self.le(UInt64(99)), Self.le(UInt64(0)),
      Self.le(UInt64(0)), Self.le(uid), Self.text(path),
    ])
  }

  /// One half of a clone as it is since 2015: the parent's has the child's id as its result, the child's has 0.
  package mutating func clone(
    thread: UInt64, pid: UInt64, parent: UInt64, result: Int64, comm: String = "sh", flags: UInt32 = 0,
    inner: UInt64? = nil, type: UInt16 = 223, _ layout: Layout = .second
  ) {
    event(type, thread: thread, [
      Self.le(result), Self.text("sh"), [], Self.le(thread), Self.le(pid), Self.le(parent), Self.text("/"),
      Self.le(UInt64(0)), Self.le(UInt64(0)), Self.le(UInt64(0)), Self.le(UInt32(0)), Self.le(UInt32(0)),
      Self.le(UInt32(0)), Self.text(comm), [], Self.le(flags), Self.le(UInt32(1000)), Self.le(UInt32(100)),
      Self.le(inner ?? thread), Self.le(inner ?? pid),
    ], layout)
  }

  package mutating func exit(_ thread: UInt64, status: Int64 = 0) {
    event(186, thread: thread, [Self.le(status), Self.le(Int64(0)), [0], [0], Self.le(Int64(0))])
  }

  /// socket(2), both halves.
  package mutating func socket(_ thread: UInt64, _ descriptor: Int64, family: UInt32 = 2, type: UInt32 = 1, protocol: UInt32 = 0) {
    event(18, thread: thread, [Self.le(family), Self.le(type), Self.le(`protocol`)])
    event(19, thread: thread, [Self.le(descriptor)])
  }

  package mutating func connect(_ thread: UInt64, _ descriptor: Int64, result: Int64, _ tuple: [UInt8]) {
    event(22, thread: thread, [Self.le(descriptor)])
    event(23, thread: thread, [Self.le(result), tuple])
  }

  package mutating func close(_ thread: UInt64, _ descriptor: Int64) {
    event(4, thread: thread, [Self.le(descriptor)])
    event(5, thread: thread, [Self.le(Int64(0))])
  }
}

internal import CEvents

/// Turns what a capture tells into records, which wait in ``records``.
struct ScapImporter: ~Copyable {
  var records = ScapRecordQueue()
  var counts = ScapCounts()
  var state = ScapState()
  private var node = ""
  /// When the machine started, nanoseconds since 1970; 0: the capture doesn't tell.
  private var bootTime: UInt64 = 0
  /// The stream's record is made: the clock is known.
  private(set) var isOpen = false
  private var refusedBefore: UInt64 = 0

  /// What an event was, if it gave no record.
  enum Outcome { case used, failed, otherSocket, notCarried, malformed }

  // MARK: - Sections and lists

  /// A section starts: what came before has nothing to do with it.
  mutating func start(major: UInt16, minor: UInt16) {
    counts.version = "\(major).\(minor)"
    refusedBefore &+= state.refused
    state = ScapState()
    node = ""
    bootTime = 0
    isOpen = false
  }

  /// - Parameter info: the content of the machine's block.
  mutating func take(machine info: UnsafeRawBufferPointer) {
    let name = 20..<148
    if info.count >= name.upperBound {
      node = String(decoding: info[name].prefix { $0 != 0 }, as: UTF8.self)
    }
    if info.count >= name.upperBound + 8 { bootTime = info.load(UInt64.self, at: name.upperBound) }
  }

  /// The clock is known by the first event: everything that waits gets its time.
  mutating func open(at time: UInt64) {
    guard !isOpen else { return }
    isOpen = true
    let bootID = "\(Self.hex(time))-\(Self.hex(Self.hash(node)))"
    // Without the moment of the start, and where that can't be: as if the machine had just started.
    let justStarted: UInt64 = 1_000_000
    if bootTime == 0 || bootTime >= time { bootTime = time > justStarted ? time - justStarted : 0 }
    let now = nanoseconds(time)
    records.setTime(now)
    let stream = StreamRecord(
      node: node.isEmpty ? "unknown" : node, bootID: bootID, kernel: "", version: "scap \(counts.version)",
      clockOffsetNanoseconds: Int64(clamping: bootTime))
    if records.prepend(stream.encoded(timeNanoseconds: now, pid: 0)) { counts.records[.stream, default: 0] += 1 }
  }

  /// The capture ends.
  mutating func finish() {
    openWithoutEvent()
    countRefused()
  }

  /// A section without an event has only its lists.
  mutating func openWithoutEvent() { open(at: bootTime > 0 ? bootTime &+ 1 : 1) }

  mutating func countRefused() { counts.refused = refusedBefore &+ state.refused }

  /// Of our records' clock.
  func nanoseconds(_ time: UInt64) -> UInt64 { time > bootTime ? time - bootTime : 0 }

  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private static func hex(_ number: UInt64) -> String { String(number, radix: 16) }

  // MARK: - Events

  /// Takes the content of an event's block.
  mutating func take(event content: UnsafeRawBufferPointer, _ block: ScapFormat.EventBlock) {
    counts.events &+= 1
    guard let type = ScapEvent.type(in: content, block), let time = ScapEvent.time(in: content, block) else {
      counts.malformed &+= 1
      return
    }
    open(at: time)
    guard let (kind, parameters) = ScapEventKind.of(type) else { return pass(over: type) }
    guard let event = ScapEvent(content, block, parameters: parameters), let thread = UInt32(exactly: event.thread) else {
      counts.malformed &+= 1
      return
    }
    let before = counts.records
    let outcome = take(event, kind, thread)
    let name = ScapEventNames.name(type) ?? ""
    if counts.records != before {
      counts.told &+= 1
    } else {
      switch outcome {
      case .used where type.isMultiple(of: 2) && kind != .exit: counts.halves &+= 1
      case .used: counts.used &+= 1
      case .failed: counts.failed[name, default: 0] &+= 1
      case .otherSocket: counts.otherSockets[name, default: 0] &+= 1
      case .notCarried: counts.notCarried[name, default: 0] &+= 1
      case .malformed: counts.malformed &+= 1
      }
    }
    countRefused()
  }

  /// An event of a kind that isn't looked into.
  mutating func pass(over type: UInt16) {
    guard let name = ScapEventNames.name(type) else { return counts.unknown &+= 1 }
    if type.isMultiple(of: 2), !ScapEventNames.isSingle(type) {
      counts.halves &+= 1
    } else {
      counts.notCarried[name, default: 0] &+= 1
    }
  }

  private mutating func take(_ event: ScapEvent, _ kind: ScapEventKind, _ thread: UInt32) -> Outcome {
    let time = nanoseconds(event.time)
    if event.type.isMultiple(of: 2), kind != .exit {
      state.begin(ScapCall(event, kind, time), thread: thread)
      return .used
    }
    let call = state.end(thread: thread, type: event.type)
    if kind.isOfSockets { adopt(thread, time) }
    let owner = owner(thread, time)
    switch kind {
    case .exec(let layout): return exec(event, layout, call, owner)
    case .clone(let layout): return clone(event, layout, owner)
    case .exit: return exit(event, owner)
    case .socket: return socket(event, call, owner)
    case .bind: return bind(event, call, owner)
    case .connect: return connect(event, call, owner)
    case .listen: return listen(event, call, owner)
    case .accept: return accept(event, owner)
    case .send: return send(event, call, owner)
    case .close: return close(event, call, owner)
    case .duplicate, .control: return duplicate(event, kind, call, owner)
    case .option: return option(event, owner)
    case .user, .group: return identity(event, kind, call, owner)
    case .session:
      guard let result = event.signed(0), result >= 0 else { return .failed }
      state.update(owner.pid) { $0.session = owner.pid }
      return .used
    }
  }

  // MARK: - Records

  /// Whose thread an event is of, and when it was.
  struct Owner {
    let pid: UInt32
    let tid: UInt32
    let start: UInt64
    let time: UInt64
  }

  private mutating func owner(_ thread: UInt32, _ time: UInt64) -> Owner {
    let pid = state.process(ofThread: thread)
    return Owner(
      pid: pid ?? thread, tid: thread, start: pid.flatMap { state.processes[$0]?.startNanoseconds } ?? 0, time: time)
  }

  /// A thread of which the capture tells no process: its sockets are kept all the same.
  private mutating func adopt(_ thread: UInt32, _ time: UInt64) {
    guard state.process(ofThread: thread) == nil, thread != 0 else { return }
    counts.unknownThreads &+= 1
    _ = state.insert(ScapProcess(pid: thread, startNanoseconds: max(time, 1)))
  }

  func header(_ owner: Owner) -> sv_header {
    var header = sv_header()
    header.time_ns = owner.time
    header.pid = owner.pid
    header.tid = owner.tid
    header.start_ns = owner.start
    return header
  }

  mutating func append(_ record: consuming RecordBuilder, _ kind: EventKind) {
    guard let bytes = record.finish(kind: kind), records.append(bytes) else { return counts.refused &+= 1 }
    counts.records[kind, default: 0] += 1
  }

  static func copy<Field>(_ text: [UInt8], to field: inout Field) {
    withUnsafeMutableBytes(of: &field) { $0.copyBytes(from: text.prefix($0.count - 1)) }
  }
}

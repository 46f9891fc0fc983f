import CEvents
import Events

/// A program as it was started: what an exec record told, shared by the process and the children that go on with it.
struct ProcessImage: ~Copyable {
  /// A part of ``bytes``.
  struct Part {
    var start: UInt32 = 0
    var end: UInt32 = 0
    /// False: the record had no such part; an empty part is present.
    var isPresent = false
  }

  private(set) var fixed = sv_process()
  /// All text of the image; kept when a slot is used again, so that the steady state takes no memory.
  private var bytes: [UInt8] = []
  private var exePath = Part()
  private var cwd = Part()
  private var script = Part()
  private var interpreter = Part()
  /// argv[0].
  private var exe = Part()
  /// The arguments after the first, joined by blanks.
  private var args = Part()
  /// The same, each with its NUL.
  private var arguments = Part()
  /// comm, a blank and ``args``.
  private var commandLine = Part()
  /// ``exe``, a blank and ``args``.
  private var exeLine = Part()
  /// The kept variables, each NAME=VALUE with its NUL.
  private var env = Part()
  /// ``env`` joined by blanks.
  private var envLine = Part()
  /// Processes that run it.
  var references = 0

  /// Memory above this goes back when the image is dropped.
  private static let keptCapacity = 8 << 10
  private static let usualCapacity = 1 << 10

  mutating func fill(from process: borrowing ProcessRecord) {
    fixed = process.fixed
    bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptCapacity)
    // At once what most programs need: slots are used again for longer ones, and would grow one by one for hours.
    if bytes.capacity < Self.usualCapacity { bytes.reserveCapacity(Self.usualCapacity) }
    exePath = store(process.exe)
    cwd = store(process.cwd)
    script = store(process.script)
    interpreter = store(process.interpreter)
    env = store(process.env)
    envLine = env.isPresent ? storeJoined(process.env) : Part()
    storeArguments(process.args)
  }

  /// The texts of an image.
  enum Text { case exePath, cwd, script, interpreter, exe, args, arguments, commandLine, exeLine, environment }

  /// Lends a text; nil: the record had none.
  func withText<Result>(_ text: Text, _ body: (RawSpan) -> Result) -> Result? {
    let part =
      switch text {
      case .exePath: exePath
      case .cwd: cwd
      case .script: script
      case .interpreter: interpreter
      case .exe: exe
      case .args: args
      case .arguments: arguments
      case .commandLine: commandLine
      case .exeLine: exeLine
      case .environment: envLine
      }
    guard part.isPresent else { return nil }
    return bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[Int(part.start)..<Int(part.end)]).bytes) }
  }

  /// Bytes of ``args``; nil: not known.
  var argumentBytes: Int? { args.isPresent ? Int(args.end - args.start) : nil }

  /// The value of a kept variable.
  func withVariable<Result>(_ name: UnsafeRawBufferPointer, _ body: (RawSpan) -> Result) -> Result? {
    guard env.isPresent else { return nil }
    return bytes.withUnsafeBytes { all -> Result? in
      var rest = all[Int(env.start)..<Int(env.end)]
      while !rest.isEmpty {
        let end = rest.firstIndex(of: 0) ?? rest.endIndex
        let variable = rest[rest.startIndex..<end]
        if variable.count > name.count, variable[variable.startIndex + name.count] == UInt8(ascii: "="),
          variable.starts(with: name)
        {
          return body(UnsafeRawBufferPointer(rebasing: variable.dropFirst(name.count + 1)).bytes)
        }
        rest = rest[min(end + 1, rest.endIndex)...]
      }
      return nil
    }
  }

  // MARK: - Storing

  private mutating func store(_ part: RawSpan?) -> Part {
    guard let part else { return Part() }
    let start = bytes.count
    part.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return closed(from: start)
  }

  /// Stores parts that each end in NUL, with a blank between them.
  private mutating func storeJoined(_ parts: RawSpan?) -> Part {
    let start = bytes.count
    parts?.withUnsafeBytes { appendJoined($0) }
    return closed(from: start)
  }

  private mutating func appendJoined(_ parts: UnsafeRawBufferPointer) {
    let blank = UInt8(ascii: " ")
    let end = parts.last == 0 ? parts.count - 1 : parts.count
    for byte in parts[..<end] { bytes.append(byte == 0 ? blank : byte) }
  }

  /// argv as the record has it, in the shapes that rules ask for.
  private mutating func storeArguments(_ argv: RawSpan?) {
    exe = Part()
    args = Part()
    arguments = Part()
    exeLine = Part()
    var rest = UnsafeRawBufferPointer(start: nil, count: 0)
    var start = bytes.count
    let isKnown = argv != nil
    argv?.withUnsafeBytes { all in
      let first = all.firstIndex(of: 0) ?? all.count
      bytes.append(contentsOf: all[..<first])
      exe = closed(from: start)
      rest = UnsafeRawBufferPointer(rebasing: all[min(first + 1, all.count)...])
      if !rest.isEmpty {
        bytes.append(UInt8(ascii: " "))
        appendJoined(rest)
      }
      exeLine = closed(from: start)
      arguments = store(rest.bytes)
      start = bytes.count
      Comm(fixed.comm).withBytes { $0.withUnsafeBytes { bytes.append(contentsOf: $0) } }
      if !rest.isEmpty { bytes.append(UInt8(ascii: " ")) }
      let argsStart = bytes.count
      appendJoined(rest)
      args = closed(from: argsStart)
    }
    if !isKnown { Comm(fixed.comm).withBytes { $0.withUnsafeBytes { bytes.append(contentsOf: $0) } } }
    commandLine = closed(from: start)
  }

  private func closed(from start: Int) -> Part {
    Part(start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: bytes.count), isPresent: true)
  }
}

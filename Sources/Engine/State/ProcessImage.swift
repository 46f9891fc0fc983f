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
  /// As the record has it: each argument with its NUL.
  private var argv = Part()
  /// argv[0], a part of ``argv``.
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

  /// A record that makes the same image.
  ///
  /// - Parameter fixed: ``fixed``, with what the process has of its own.
  func record(_ fixed: sv_process, kind: EventKind) -> [UInt8] {
    record(fixed, kind, isCut: false) ?? record(fixed, kind, isCut: true) ?? []
  }

  /// nil: it would be too large, as the parts of the record that it came from lay over each other.
  private func record(_ fixed: sv_process, _ kind: EventKind, isCut: Bool) -> [UInt8]? {
    typealias Layout = MemoryLayout<sv_process>
    var fixed = fixed
    fixed.exe = sv_ref()
    fixed.cwd = sv_ref()
    fixed.args = sv_ref()
    fixed.env = sv_ref()
    fixed.script = sv_ref()
    fixed.interpreter = sv_ref()
    var builder = RecordBuilder(fixed)
    func add(_ part: Part, at offset: Int?, limit: Int32) {
      guard part.isPresent else { return }
      let end = isCut ? min(part.end, part.start + UInt32(limit)) : part.end
      builder.append(bytes[Int(part.start)..<Int(end)], at: offset, keepsEmpty: true)
    }
    add(exePath, at: Layout.offset(of: \.exe), limit: SV_PATH_MAX)
    add(cwd, at: Layout.offset(of: \.cwd), limit: SV_PATH_MAX)
    add(argv, at: Layout.offset(of: \.args), limit: SV_ARGS_MAX)
    add(env, at: Layout.offset(of: \.env), limit: SV_ENV_MAX)
    add(script, at: Layout.offset(of: \.script), limit: SV_PATH_MAX)
    add(interpreter, at: Layout.offset(of: \.interpreter), limit: SV_INTERPRETER_MAX)
    return builder.finish(kind: kind)
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

  /// argv, and the shapes of it that rules ask for.
  private mutating func storeArguments(_ argv: RawSpan?) {
    self.argv = store(argv)
    exe = self.argv
    arguments = self.argv
    exeLine = Part()
    args = Part()
    if let argv {
      exe.end = exe.start + UInt32(argv.withUnsafeBytes { $0.firstIndex(of: 0) ?? $0.count })
      arguments.start = min(exe.end + 1, arguments.end)
      exeLine = storeJoined(argv)
    }
    let start = bytes.count
    Comm(fixed.comm).withBytes { $0.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    argv?.withUnsafeBytes { all in
      let rest = UnsafeRawBufferPointer(rebasing: all[Int(arguments.start - exe.start)...])
      if !rest.isEmpty { bytes.append(UInt8(ascii: " ")) }
      let argsStart = bytes.count
      appendJoined(rest)
      args = closed(from: argsStart)
    }
    commandLine = closed(from: start)
  }

  private func closed(from start: Int) -> Part {
    Part(start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: bytes.count), isPresent: true)
  }
}

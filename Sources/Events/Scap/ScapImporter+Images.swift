internal import CEvents

// A program as a record.
extension ScapImporter {
  mutating func appendImage(_ image: Image, _ process: ScapProcess, _ owner: Owner, _ kind: EventKind) {
    var fixed = sv_process()
    fixed.header = header(owner)
    fixed.parent_pid = process.parent.pid
    fixed.parent_start_ns = state.processes[process.parent.pid]?.startNanoseconds ?? process.parent.startNanoseconds
    fixed.session = process.session
    fixed.inner_pid = process.innerPID
    (fixed.uid, fixed.euid, fixed.gid, fixed.egid) = (process.uid, process.uid, process.gid, process.gid)
    fixed.loginuid = process.loginUID
    fixed.audit_session = .max
    fixed.cap_effective = image.facts.effective
    fixed.cap_permitted = image.facts.permitted
    fixed.inode = image.facts.inode
    if image.facts.isMemfd { fixed.flags |= SV_PROCESS_MEMFD }
    if image.facts.isUpperLayer { fixed.flags |= SV_PROCESS_UPPER_LAYER }
    if image.facts.isLowerLayer { fixed.flags |= SV_PROCESS_LOWER_LAYER }
    if image.facts.isWritable { fixed.flags |= SV_PROCESS_WRITABLE }
    // Its threads have neither a file nor arguments, and all come from one.
    if process.parent.pid == 2 || process.pid == 2, image.exe.isEmpty, image.path.isEmpty, image.arguments.isEmpty {
      fixed.flags |= SV_PROCESS_KERNEL
    }
    Self.copy(process.comm, to: &fixed.comm)
    Self.copy(Self.terminal(process.tty), to: &fixed.tty)

    var arguments = image.exe
    if !arguments.isEmpty || !image.arguments.isEmpty { arguments.append(0) }
    arguments += image.arguments
    if let last = arguments.last, last != 0 { arguments.append(0) }
    fixed.args_count = UInt32(arguments.count { $0 == 0 })
    fixed.args_total = UInt32(arguments.count)
    if arguments.count > Int(SV_ARGS_MAX) {
      fixed.flags |= SV_PROCESS_ARGS_TRUNCATED
      arguments.removeLast(arguments.count - Int(SV_ARGS_MAX))
      counts.cut &+= 1
    }
    var path = image.path
    if path.count > Int(SV_PATH_MAX) {
      fixed.flags |= SV_PROCESS_EXE_TRUNCATED
      path.removeFirst(path.count - Int(SV_PATH_MAX))
      counts.cut &+= 1
    }
    var cwd = image.cwd
    // The library that writes captures ends it so.
    if cwd.count > 1, cwd.last == UInt8(ascii: "/") { cwd.removeLast() }
    if cwd.count > Int(SV_PATH_MAX) {
      fixed.flags |= SV_PROCESS_CWD_TRUNCATED
      cwd.removeFirst(cwd.count - Int(SV_PATH_MAX))
      counts.cut &+= 1
    }
    let environment = Self.wholeVariables(image.environment)
    if environment.count < image.environment.count {
      fixed.flags |= SV_PROCESS_ENV_TRUNCATED
      counts.cut &+= 1
    }
    var builder = RecordBuilder(fixed)
    builder.append(path, at: MemoryLayout<sv_process>.offset(of: \.exe))
    builder.append(cwd, at: MemoryLayout<sv_process>.offset(of: \.cwd))
    builder.append(arguments, at: MemoryLayout<sv_process>.offset(of: \.args))
    builder.append(environment, at: MemoryLayout<sv_process>.offset(of: \.env))
    append(builder, kind)
  }

  /// As many of the variables as a record has room for.
  private static func wholeVariables(_ environment: [UInt8]) -> ArraySlice<UInt8> {
    guard environment.count > Int(SV_ENV_MAX) else { return environment[...] }
    let part = environment.prefix(Int(SV_ENV_MAX))
    return part.lastIndex(of: 0).map { part[...$0] } ?? []
  }

  /// A terminal's name, from its device number as the kernel's new_encode_dev packs it; empty: none, or a rarer one.
  static func terminal(_ device: UInt32) -> [UInt8] {
    let major = device >> 8 & 0xFFF
    let minor = device & 0xFF | device >> 12 & 0xFFF00
    switch major {
    case 136...143: return Array("pts\((major - 136) << 8 | minor)".utf8)
    case 4 where minor < 64: return Array("tty\(minor)".utf8)
    case 4: return Array("ttyS\(minor - 64)".utf8)
    default: return []
    }
  }
}

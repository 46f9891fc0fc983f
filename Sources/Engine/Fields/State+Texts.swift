import CEvents
import Events
import Rules

extension State {
  /// Lends the value of a field of type string that has one value. nil: absent.
  ///
  /// - Parameters:
  ///   - key: what stands in the field's brackets; empty: nothing.
  ///   - slot: the process that an ancestor's field is asked of.
  func withText<Result>(_ field: Field, key: UnsafeRawBufferPointer, of slot: Int32, _ body: (RawSpan) -> Result) -> Result? {
    switch field {
    case .eventTime: composed(body) { CivilTime(nanosecondsSince1970: wallNanoseconds).write(to: &$0) }
    case .eventType: lent(event.kind.name, body)
    case .eventResult: composed(body) { ErrorName.write(-event.result, to: &$0) }
    case .eventHostname: lent(stream.node, body)
    case .fdName, .fdType, .fdTypeChar, .fdProtocol, .fdFamily, .socketType:
      event.isSocket ? withSocketText(field, body) : nil
    case .processName where event.slot < 0: event.comm.isEmpty ? nil : event.comm.withBytes(body)
    case .processName: tree[event.slot].comm.withBytes(body)
    case .parentName: withName(of: tree.parent(of: event.slot), body)
    case .ancestorName: withName(of: slot, body)
    case .sessionName: withName(of: sessionLeader, body)
    case .parentExe: withPart(.exe, of: tree.parent(of: event.slot), body)
    case .parentExePath: withPart(.exePath, of: tree.parent(of: event.slot), body)
    case .parentCommandLine: withPart(.commandLine, of: tree.parent(of: event.slot), body)
    case .parentExeLine: withPart(.exeLine, of: tree.parent(of: event.slot), body)
    case .ancestorExe: withPart(.exe, of: slot, body)
    case .ancestorExePath: withPart(.exePath, of: slot, body)
    case .ancestorCommandLine: withPart(.commandLine, of: slot, body)
    case .sessionExe: withPart(.exe, of: sessionLeader, body)
    case .sessionExePath: withPart(.exePath, of: sessionLeader, body)
    case .processExe: withPart(.exe, of: event.slot, body)
    case .processExePath: withPart(.exePath, of: event.slot, body)
    case .processArgs: withPart(.args, of: event.slot, body)
    case .processCommandLine: withPart(.commandLine, of: event.slot, body)
    case .processExeLine: withPart(.exeLine, of: event.slot, body)
    case .processCwd: withPart(.cwd, of: event.slot, body)
    case .processScript: withPart(.script, of: event.slot, body)
    case .processInterpreter: withPart(.interpreter, of: event.slot, body)
    case _ where field.isOfWorkload: withWorkloadText(field, key, body)
    default: withImageText(field, key, body)
    }
  }

  private func withName<Result>(of slot: Int32, _ body: (RawSpan) -> Result) -> Result? {
    slot < 0 ? nil : tree[slot].comm.withBytes(body)
  }

  private func withPart<Result>(_ text: ProcessImage.Text, of slot: Int32, _ body: (RawSpan) -> Result) -> Result? {
    guard slot >= 0, tree[slot].image >= 0 else { return nil }
    return tree.images[tree[slot].image].withText(text, body)
  }

  /// Lends what follows the first argument of the process whose command line the field shows, each with a NUL behind it,
  /// but maybe the last. nil: absent.
  func withArguments<Result>(_ field: Field, of slot: Int32, _ body: (RawSpan) -> Result) -> Result? {
    switch field {
    case .processArgs, .processCommandLine, .processExeLine: withPart(.arguments, of: event.slot, body)
    case .parentCommandLine, .parentExeLine: withPart(.arguments, of: tree.parent(of: event.slot), body)
    case .ancestorCommandLine: withPart(.arguments, of: slot, body)
    default: nil
    }
  }

  private func withImageText<Result>(_ field: Field, _ key: UnsafeRawBufferPointer, _ body: (RawSpan) -> Result) -> Result? {
    guard event.slot >= 0, tree[event.slot].image >= 0 else { return nil }
    let slot = tree[event.slot].image
    switch field {
    case .processEnvironment where key.isEmpty: return tree.images[slot].withText(.environment, body)
    case .processEnvironment: return tree.images[slot].withVariable(key, body)
    case .processTTY:
      let tty = Comm(tree.images[slot].fixed.tty)
      return tty.isEmpty ? nil : tty.withBytes(body)
    case .capEffective: return capabilities(tree.images[slot].fixed.cap_effective, body)
    case .capPermitted: return capabilities(tree.images[slot].fixed.cap_permitted, body)
    case .stdinType: return withType(of: tree.images[slot].fixed.stdio.0, body)
    case .stdoutType: return withType(of: tree.images[slot].fixed.stdio.1, body)
    case .stderrType: return withType(of: tree.images[slot].fixed.stdio.2, body)
    case .stdinName: return withName(of: tree.images[slot].fixed.stdio.0, body)
    case .stdoutName: return withName(of: tree.images[slot].fixed.stdio.1, body)
    case .stderrName: return withName(of: tree.images[slot].fixed.stdio.2, body)
    default: return nil
    }
  }

  private func capabilities<Result>(_ set: UInt64, _ body: (RawSpan) -> Result) -> Result? {
    composed(body, bytes: Self.stackBytes) { CapabilityNames.write(set, to: &$0) }  // all 64 take 653
  }

  // MARK: - Sockets

  private func withSocketText<Result>(_ field: Field, _ body: (RawSpan) -> Result) -> Result? {
    let family = (event.remote ?? event.local)?.family ?? (event.socket.family == SocketNames.inet6 ? .v6 : .v4)
    return switch field {
    case .fdName: withConnectionName(event.client, event.server, body)
    case .fdType: lent(family == .v4 ? "ipv4" : "ipv6", body)
    case .fdTypeChar: lent(family == .v4 ? "4" : "6", body)
    case .fdProtocol: composed(body) { SocketNames.writeProtocol(event.socket.protocol, to: &$0) }
    case .fdFamily: lent("ip", body)
    default: composed(body) { SocketNames.writeType(event.socket.type, to: &$0) }
    }
  }

  /// `client->server`, or the one that is known.
  private func withConnectionName<Result>(
    _ client: SocketAddress?, _ server: SocketAddress?, _ body: (RawSpan) -> Result
  ) -> Result? {
    if client == nil && server == nil { return nil }
    return composed(body) { writer in
      client?.write(to: &writer)
      if client != nil && server != nil { writer.append("->") }
      server?.write(to: &writer)
    }
  }

  private func withType<Result>(of stdio: sv_stdio, _ body: (RawSpan) -> Result) -> Result? {
    SocketNames.standardStreamType(stdio).flatMap { lent($0, body) }
  }

  private func withName<Result>(of stdio: sv_stdio, _ body: (RawSpan) -> Result) -> Result? {
    guard let local = SocketAddress(family: UInt16(stdio.family), bytes: stdio.local, port: stdio.local_port),
      let remote = SocketAddress(family: UInt16(stdio.family), bytes: stdio.remote, port: stdio.remote_port)
    else { return nil }
    return withConnectionName(local, remote.isUnspecified ? nil : remote, body)
  }

  // MARK: - Lending

  func lent<Result>(_ text: String, _ body: (RawSpan) -> Result) -> Result? {
    text.utf8.withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0).bytes) }
  }

  /// A temporary allocation of more comes from the heap.
  private static var stackBytes: Int { 1024 }

  /// Lends what `write` writes, on the stack.
  private func composed<Result>(
    _ body: (RawSpan) -> Result, bytes: Int = 128, _ write: (inout ByteWriter) -> Void
  ) -> Result? {
    withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 1) { memory in
      var writer = ByteWriter(memory)
      write(&writer)
      return body(writer.written.bytes)
    }
  }
}

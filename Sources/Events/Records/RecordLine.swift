internal import CEvents
internal import Glibc

/// A record as a line for people: its number, time, kind, process, and what the kind tells.
package struct RecordLine {
  /// Of the stream, to show wall-clock times; changes with each stream record.
  private var clockOffsetNanoseconds: Int64 = 0

  /// Bytes of a text that are shown.
  package static let textLimit = 512

  package init() {}

  /// To be asked of every record of the stream, in order, as the first tells how its times are to be read.
  package mutating func note(_ record: borrowing Record) {
    if let stream = try? StreamRecord(record) { clockOffsetNanoseconds = stream.clockOffsetNanoseconds }
  }

  package func text(_ record: borrowing Record) -> String {
    let header = record.header
    let time = CivilTime(nanosecondsSince1970: Int64(bitPattern: header.time_ns) &+ clockOffsetNanoseconds)
    let kind = record.kind?.name ?? "kind-\(header.kind)"
    return "\(record.number) \(time.formatted(fractionDigits: 6)) \(Self.padded(kind)) \(Self.details(record))"
  }

  private static func padded(_ kind: String) -> String { kind + String(repeating: " ", count: max(0, 9 - kind.utf8.count)) }

  private static func details(_ record: borrowing Record) -> String {
    let pid = record.header.pid
    switch record.kind {
    case .exec, .task:
      guard let process = try? ProcessRecord(copy record) else { return "" }
      let fixed = process.fixed
      var text = "\(pid) \(comm(fixed.comm)) parent=\(fixed.parent_pid) uid=\(fixed.uid)"
      if fixed.euid != fixed.uid { text += " euid=\(fixed.euid)" }
      if let exe = process.exe { text += " exe=\(EscapedText.escaped(exe, limit: textLimit))" }
      if let args = process.args { text += " args=\(joined(args))" }
      return text
    case .fork:
      guard let fork = try? record.fork() else { return "" }
      return "\(pid) \(comm(fork.comm)) parent=\(fork.parent_pid) uid=\(fork.uid)"
    case .known:
      guard let known = try? record.known() else { return "" }
      let hasEnded = known.flags & SV_KNOWN_ENDED != 0
      return "\(pid) \(comm(known.comm)) parent=\(known.parent_pid) uid=\(known.uid)\(hasEnded ? " ended" : "")"
    case .exit:
      guard let exit = try? record.exit() else { return "" }
      let end = exit.signal == 0 ? "code=\(exit.code)" : "signal=\(exit.signal)"
      return "\(pid) \(comm(exit.comm)) \(end)"
    case .stream:
      guard let stream = try? StreamRecord(record) else { return "" }
      return "node=\(escaped(stream.node)) boot=\(escaped(stream.bootID)) kernel=\(escaped(stream.kernel)) selvage=\(escaped(stream.version))"
    case .counters:
      guard let counters = try? CountersRecord(record) else { return "" }
      return "received=\(counters.received) produced=\(counters.produced) lost=\(counters.lost) malformed=\(counters.malformed)"
    case .cgroup, .cgroupEnd:
      guard let cgroup = try? CgroupRecord(copy record) else { return "" }
      let name = if let name = cgroup.name { EscapedText.escaped(name, limit: textLimit) } else { "/" }
      return "\(record.header.cgroup_id) \(name) parent=\(cgroup.fixed.parent_id)"
    case .facts:
      guard let facts = try? FactsRecord(copy record) else { return "" }
      return "\(record.header.cgroup_id) \(facts.source?.name ?? "?") \(facts.identity.name) \(listed(facts.pairs))"
    case .mounts:
      guard let mounts = try? MountsRecord(copy record) else { return "" }
      return "ns=\(mounts.fixed.ns_mnt) \(listed(mounts.entries))"
    case nil: return "\(pid) \(record.bytes.byteCount) bytes"
    default: return socket(record)
    }
  }

  private static func socket(_ record: borrowing Record) -> String {
    guard let socket = try? record.socket() else { return "" }
    let protocolName = JSONLNames.protocols.word(of: UInt64(socket.protocol))?.description ?? String(socket.protocol)
    var text = "\(record.header.pid) \(comm(socket.comm)) \(protocolName)"
    let local = address(socket.local, socket.local_port, socket.family)
    let remote = address(socket.remote, socket.remote_port, socket.family)
    switch record.kind {
    case .listen, .bind: text += " \(local)"
    case .socket: text += " family=\(JSONLNames.families.word(of: UInt64(socket.family))?.description ?? String(socket.family))"
    default: text += UInt32(socket.flags) & SV_SOCKET_INCOMING != 0 ? " \(local) <- \(remote)" : " \(local) -> \(remote)"
    }
    return socket.result == 0 ? text : text + " \(errorName(socket.result))"
  }

  private static func errorName(_ result: Int32) -> String {
    withUnsafeTemporaryAllocation(byteCount: 24, alignment: 1) { memory in
      var writer = ByteWriter(memory)
      ErrorName.write(-Int64(result), to: &writer)
      return String(decoding: writer.written, as: UTF8.self)
    }
  }

  private static func address<Bytes: BitwiseCopyable>(_ bytes: Bytes, _ port: UInt16, _ family: UInt16) -> String {
    withUnsafeBytes(of: bytes) { bytes in
      guard let text = AddressText.text(bytes, family: Int32(family)) else { return "?" }
      if port == 0, bytes.allSatisfy({ $0 == 0 }) { return "*" }
      return family == UInt16(AF_INET6) ? "[\(text)]:\(port)" : "\(text):\(port)"
    }
  }

  /// - Parameter field: a record's `char comm[16]`.
  private static func comm<Bytes: BitwiseCopyable>(_ field: Bytes) -> String {
    withUnsafeBytes(of: field) { bytes in
      let name = EscapedText.escaped(bytes.prefix { $0 != 0 }, limit: textLimit)
      return name.isEmpty ? "-" : name
    }
  }

  private static func listed(_ texts: RawSpan?) -> String { if let texts { joined(texts) } else { "" } }

  private static func joined(_ args: RawSpan) -> String {
    args.withUnsafeBytes { bytes in
      let end = bytes.last == 0 ? bytes.count - 1 : bytes.count
      return EscapedText.escaped(bytes[..<end].prefix(textLimit + 1).map { $0 == 0 ? UInt8(ascii: " ") : $0 }, limit: textLimit)
    }
  }

  private static func escaped(_ text: String) -> String { EscapedText.escaped(text.utf8, limit: textLimit) }
}

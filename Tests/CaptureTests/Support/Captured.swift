import CEvents
import Events

/// A record that came out of the kernel, kept.
struct Captured: Sendable {
  let bytes: [UInt8]
  let header: sv_header

  /// nil: no record.
  init?(_ span: RawSpan) {
    let room = span.withUnsafeBytes { [UInt8]($0) }
    guard let record = try? Record(number: 1, bytes: room.span.bytes) else { return nil }
    let size = record.bytes.byteCount
    // Of those with a name in them the room is that of the longest.
    guard size == room.count || record.kind.map(EventKinds.cgroups.contains) == true else { return nil }
    header = record.header
    bytes = Array(room[..<size])
  }

  var kind: EventKind? { EventKind(rawValue: header.kind) }

  var image: Image? { try? Image(ProcessRecord(Record(number: 1, bytes: bytes.span.bytes))) }
  var fork: sv_fork? { try? Record(number: 1, bytes: bytes.span.bytes).fork() }
  var exit: sv_exit? { try? Record(number: 1, bytes: bytes.span.bytes).exit() }
  var socket: sv_socket? { try? Record(number: 1, bytes: bytes.span.bytes).socket() }
}

/// What a process record says.
struct Image: Sendable {
  let fixed: sv_process
  let exeBytes: [UInt8]?
  let cwd: String?
  let argBytes: [UInt8]
  let environment: [String]
  let script: String?
  let interpreter: String?

  init(_ record: borrowing ProcessRecord) {
    fixed = record.fixed
    exeBytes = record.exe?.withUnsafeBytes { [UInt8]($0) }
    cwd = record.cwd?.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    argBytes = record.args?.withUnsafeBytes { [UInt8]($0) } ?? []
    let env = record.env?.withUnsafeBytes { [UInt8]($0) } ?? []
    environment = env.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    script = record.script?.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    interpreter = record.interpreter?.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  var exe: String? { exeBytes.map { String(decoding: $0, as: UTF8.self) } }
  var comm: String { text(of: fixed.comm) }
  var arguments: [String] {
    argBytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
      String(decoding: $0, as: UTF8.self)
    }
  }
  func has(_ flag: CInt) -> Bool { fixed.flags & UInt32(flag) != 0 }
  func has(_ flag: UInt32) -> Bool { fixed.flags & flag != 0 }
}

/// A fixed array of characters up to its NUL.
func text<Characters>(of characters: Characters) -> String {
  withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}

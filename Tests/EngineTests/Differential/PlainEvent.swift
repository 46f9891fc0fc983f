import Events
import Glibc

/// An event as the generator made it up.
struct PlainEvent {
  struct End {
    /// 4 or 16.
    let bytes: [UInt8]
    let port: UInt16

    /// As inet_ntop(3) writes it.
    var text: String {
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
        guard let base = text.baseAddress,
          inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, base, socklen_t(text.count)) != nil
        else { preconditionFailure("no address: \(bytes)") }
        return String(cString: base)
      }
    }

    var textWithPort: String { "\(text):\(port)" }
  }

  let kind: EventKind
  /// Of its record.
  let number: UInt64
  /// By index among the processes.
  let process: Int
  var uid: UInt32
  var local: End?
  var remote: End?
  /// This end is the server's.
  var isServer = false
  /// 0 or a negative error number.
  var result: Int32 = 0
  var transport: UInt16 = 6
  var exitCode: UInt32 = 0
  var exitSignal: UInt32 = 0
  /// Of its cgroup.
  var workload: PlainPlace?
  var mounts: [PlainMount] = []

  var isSocket: Bool { kind != .exec && kind != .exit }
  var server: End? { isServer ? local : remote }
  var client: End? { isServer ? remote : local }

  /// Of its record: as ``TestStream`` counts, from the stream's record on.
  var wallNanoseconds: Int64 { 1_700_000_001_000_000_000 + (Int64(number) - 1) * 1_000_000 }
}

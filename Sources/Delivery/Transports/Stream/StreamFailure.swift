internal import Events
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import SystemPackage

/// What went wrong with a connection, for people.
enum StreamFailure {
  static func error(_ error: any Error, address: StreamAddress) -> DeliveryError {
    guard let error = error as? NIOConnectionError else {
      return .receiver(name: address.name, reason: text(error))
    }
    // The last of the addresses that were tried.
    if let failure = error.connectionErrors.last {
      return .receiver(name: address.name, reason: text(failure.error))
    }
    return .unresolved(host: address.host, reason: "the resolver has none")
  }

  static func text(_ error: any Error) -> String {
    switch error {
    case let error as IOError: return "\(Errno(rawValue: error.errnoCode))"
    case ChannelError.connectTimeout: return "no answer in time"
    case is ChannelError: return "the connection was closed"
    case NIOSSLError.uncleanShutdown: return "the connection was closed"
    case NIOSSLError.handshakeFailed(let reason): return "no TLS: \(text(reason))"
    case let error as BoringSSLError: return text(error)
    case let error as NIOSSLExtraError where error == .failedToValidateHostname: return "its certificate is another's"
    case let error: return shown(error)
    }
  }

  private static func text(_ error: BoringSSLError) -> String {
    let whole = "\(error)"
    guard !whole.contains("CERTIFICATE_VERIFY_FAILED") else {
      return "its certificate is not one of the given authorities', or not valid now"
    }
    // BoringSSL's: `error:10000416:SSL routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_UNKNOWN`
    let reason = whole.split(separator: "OPENSSL_internal:").dropFirst().first?.prefix {
      $0.isLetter || $0.isNumber || $0 == "_"
    }
    return reason.map { DisplayText.escaped($0) } ?? shown(error)
  }

  private static func shown(_ error: any Error) -> String { DisplayText.escaped("\(error)", limit: 200) }
}

internal import Rules

/// A URL that alerts are posted to: `https://siem.example:8088/alerts?source=selvage`.
package struct WebhookAddress: Sendable, Hashable {
  package let isEncrypted: Bool
  package let host: String
  package let port: UInt16
  /// Path and query, as the request has them.
  package let target: String

  /// nil: it is none that can be used. Names and passwords do not belong into it, but into the file of headers.
  package init?(_ text: String) {
    let rest: Substring
    if text.lowercased().hasPrefix("https://") {
      (isEncrypted, rest) = (true, text.dropFirst(8))
    } else if text.lowercased().hasPrefix("http://") {
      (isEncrypted, rest) = (false, text.dropFirst(7))
    } else {
      return nil
    }
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    let target = rest[authority.endIndex...]
    guard let (host, port) = HostAndPort.parse(authority),
      target.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") })
    else { return nil }
    self.host = host
    self.port = port ?? (isEncrypted ? 443 : 80)
    self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
  }

  /// The request's `Host` (RFC 9110, 7.2).
  var authority: String {
    let host = host.contains(":") ? "[\(host)]" : host
    return port == (isEncrypted ? 443 : 80) ? host : "\(host):\(port)"
  }

  /// For people: without the query, which may have a secret in it.
  package var name: String { "\(isEncrypted ? "https" : "http")://\(authority)\(target.prefix { $0 != "?" })" }
}

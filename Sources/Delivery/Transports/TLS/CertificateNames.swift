internal import NIOSSL

/// The names of a certificate. NIOSSL takes one that has the peer's address for one of the name that was asked for; but
/// whoever misleads the resolver has an address, and its own node's certificate.
struct CertificateNames {
  private let names: [String]
  private let hasAddresses: Bool

  init(names: [String], hasAddresses: Bool) {
    self.names = names
    self.hasAddresses = hasAddresses
  }

  init(of certificate: NIOSSLCertificate) {
    let all = certificate._subjectAlternativeNames()
    names = all.filter { $0.nameType == .dnsName }
      .map { $0.contents.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } }
    hasAddresses = all.contains { $0.nameType == .ipAddress }
  }

  /// RFC 6125, section 6.4: without regard to case; `*` stands for the whole of a first label.
  /// - Parameter name: that NIOSSL has accepted, which is enough where no address can have been the reason.
  func allow(_ name: String) -> Bool {
    guard hasAddresses else { return true }
    let wanted = name.lowercased()
    return names.contains { candidate in
      let candidate = candidate.lowercased()
      guard candidate.hasPrefix("*.") else { return !candidate.isEmpty && candidate == wanted }
      guard let period = wanted.firstIndex(of: "."), period != wanted.startIndex else { return false }
      return wanted[period...] == candidate.dropFirst()
    }
  }
}

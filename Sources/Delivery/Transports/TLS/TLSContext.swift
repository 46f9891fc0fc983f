internal import NIOCore
internal import NIOSSL

/// What a connection needs for TLS: the files as they were, and whom to expect.
struct TLSContext: Sendable {
  let context: NIOSSLContext
  /// Also for SNI; nil: the host is an address, and must be in the certificate.
  let serverName: String?
  let fingerprints: Set<CertificateFingerprint>
  /// The fingerprint is all that is asked for.
  let isPinnedOnly: Bool

  func makeHandler(_ state: StreamState) throws -> NIOSSLClientHandler {
    guard isPinnedOnly else { return try NIOSSLClientHandler(context: context, serverHostname: serverName) }
    let tls = self
    return try NIOSSLClientHandler(context: context, serverHostname: serverName) { certificates, promise in
      if let refusal = tls.refusal(of: certificates.first) {
        state.end(refusal)
        promise.succeed(.failed)
      } else {
        promise.succeed(.certificateVerified)
      }
    }
  }

  /// Of the receiver's certificate, besides what NIOSSL has verified; nil: it may be.
  func refusal(of certificate: NIOSSLCertificate?) -> String? {
    guard let certificate else { return "it has no certificate" }
    if !isPinnedOnly, let serverName, !CertificateNames(of: certificate).allow(serverName) {
      return "its certificate is not \(serverName)'s"
    }
    guard !fingerprints.isEmpty else { return nil }
    guard let found = try? CertificateFingerprint(of: certificate) else { return "its certificate can't be read" }
    return fingerprints.contains(found) ? nil : "its certificate is another: \(found)"
  }
}

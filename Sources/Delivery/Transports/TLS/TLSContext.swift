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

  /// Of the receiver's certificate, by its fingerprint; nil: it may be.
  func refusal(of certificate: NIOSSLCertificate?) -> String? {
    guard !fingerprints.isEmpty else { return nil }
    guard let found = certificate.flatMap({ try? CertificateFingerprint(of: $0) }) else { return "no certificate" }
    return fingerprints.contains(found) ? nil : "its certificate is another: \(found)"
  }
}

/// How a TLS connection proves who is who. Files are PEM, and read anew for each connection.
package struct TLSSetting: Sendable, Hashable {
  /// The authorities that a receiver's certificate must come from; nil: the system's, unless there are fingerprints.
  package var authorities: String?
  /// Ours, with those between it and its authority; nil: none is shown. With `key`.
  package var certificate: String?
  package var key: String?
  /// The name that the receiver's certificate must have; nil: the host of the address.
  package var serverName: String?
  /// `sha256:` and hexadecimal digits, or `sha-256:` with a colon between bytes, as RFC 5425, section 4.2.2, writes it.
  /// One of them must be the receiver's certificate's. With `authorities`, both must hold; without, they alone count.
  package var fingerprints: [String]

  package init(
    authorities: String? = nil, certificate: String? = nil, key: String? = nil, serverName: String? = nil,
    fingerprints: [String] = []
  ) {
    self.authorities = authorities
    self.certificate = certificate
    self.key = key
    self.serverName = serverName
    self.fingerprints = fingerprints
  }
}

internal import Events
internal import NIOSSL
internal import Rules

/// The SHA-256 of a certificate's DER bytes.
struct CertificateFingerprint: Hashable, Sendable, CustomStringConvertible {
  private let digest: [UInt8]

  init(of certificate: NIOSSLCertificate) throws { digest = SHA256.hash(try certificate.toDERBytes()) }

  /// See ``TLSSetting/fingerprints``.
  init(_ text: String) throws(DeliveryError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let method = parts.first?.lowercased()
    guard method == "sha256" || method == "sha-256" else {
      throw .setting("\(DisplayText.quoted(text)): a certificate's fingerprint begins with sha256:")
    }
    let pairs = parts.count == 2 ? Self.pairs(parts[1]) : parts.dropFirst().map { $0[...] }
    let bytes = pairs.compactMap { $0.utf8.count == 2 && $0.allSatisfy(\.isHexDigit) ? UInt8($0, radix: 16) : nil }
    guard bytes.count == pairs.count, bytes.count == SHA256.byteCount else {
      throw .setting(
        "\(DisplayText.quoted(text)): a certificate's fingerprint has \(SHA256.byteCount) bytes in hexadecimal")
    }
    digest = bytes
  }

  var description: String {
    let digits = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return "sha256:" + digits.joined()
  }

  private static func pairs(_ digits: Substring) -> [Substring] {
    var pairs: [Substring] = []
    var rest = digits
    while !rest.isEmpty {
      pairs.append(rest.prefix(2))
      rest = rest.dropFirst(2)
    }
    return pairs
  }
}

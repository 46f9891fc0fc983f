@testable import Delivery
import TestSupport
import Testing

/// Who is trusted, by both ends: a real rsyslogd is the other.
@Suite(.enabled(if: Rsyslog.isInstalled, "needs /usr/sbin/rsyslogd: apt-get install rsyslog"), .timeLimit(.minutes(10)))
struct TLSTests {
  private func failure(
    _ settings: TLSSettings, host: String = "127.0.0.1", input: Rsyslog.Input = .tls()
  ) throws -> String? {
    let rsyslog = try Rsyslog(TemporaryFolder(), inputs: [input])
    let failure = try Sending(StreamTransport(port: rsyslog.ports[0], host: host, tls: settings)).failure()
    if failure == nil { _ = try rsyslog.messages(1) } else { #expect(rsyslog.written == 0) }
    return failure
  }

  @Test func theCertificateMustHaveTheName() throws {
    #expect(try failure(.of("client")) == nil)  // the address itself
    #expect(try failure(.of("client"), host: "localhost") == nil)
    #expect(try failure(.of("client", serverName: "receiver.test")) == nil)
    #expect(try failure(.of("client", serverName: "elsewhere.test"))?.contains("is another name's") == true)
  }

  @Test func theCertificateMustBeTheAuthoritys() throws {
    let reason = "the certificate is not one of the given authorities', or not valid now"
    #expect(try failure(.of("client", authority: "other-ca"))?.hasSuffix(reason) == true)
    #expect(try failure(.of("client", authority: nil))?.hasSuffix(reason) == true)
    #expect(try failure(.of("client"), input: .tls(certificate: "expired"))?.hasSuffix(reason) == true)
    #expect(try failure(.of("client", authority: nil), input: .tls(certificate: "expired"))?.hasSuffix(reason) == true)
  }

  @Test func aFingerprintWillDo() throws {
    let fingerprint = try Certificates.shared().fingerprint("server")
    let bare = "sha256:" + fingerprint.filter { $0 != ":" }.lowercased()
    // Without authorities, neither the name nor the time counts.
    #expect(try failure(.of("client", authority: nil, fingerprints: ["sha-256:\(fingerprint)"])) == nil)
    #expect(try failure(.of("client", authority: nil, serverName: "elsewhere.test", fingerprints: [bare])) == nil)
    let other = try "sha-256:" + Certificates.shared().fingerprint("expired")
    #expect(try failure(.of("client", authority: nil, fingerprints: [other, bare])) == nil)
    #expect(
      try failure(.of("client", authority: nil, fingerprints: [other]))?.hasSuffix("its certificate is another: \(bare)") == true)
    // With them, both.
    #expect(try failure(.of("client", fingerprints: [bare])) == nil)
    #expect(try failure(.of("client", fingerprints: [other]))?.hasSuffix("its certificate is another: \(bare)") == true)
    #expect(try failure(.of("client", authority: "other-ca", fingerprints: [bare]))?.contains("the certificate is not") == true)
  }

  /// In TLS 1.3 a server refuses when the client believes itself connected: nothing is lost to that.
  @Test(arguments: [nil, "stranger", "next-client"]) func aReceiverMayRefuseTheClient(_ client: String?) throws {
    let text = try failure(.of(client))
    #expect(text != nil)
    if let client { #expect(try failure(.of(client), input: .tls(client: nil)) == nil || client == "stranger") }
  }

  /// RELP's library asks the same.
  @Test(arguments: [nil, "stranger", "next-client"]) func aRELPReceiverMayRefuseTheClient(_ client: String?) throws {
    let rsyslog = try Rsyslog(TemporaryFolder(), inputs: [.relpTLS()])
    let sending = try Sending(RELPTransport(port: rsyslog.ports[0], tls: .of(client)))
    #expect(sending.failure() != nil)
    #expect(rsyslog.written == 0)
  }

  @Test func certificatesAreReadAgain() throws {
    let files = try Certificates.shared()
    let folder = try TemporaryFolder()
    let certificate = try folder.write(contents(files.certificate("client")), "own.pem")
    let key = try folder.write(contents(files.key("client")), "own.key")
    let settings = TLSSettings(authorities: files.certificate("ca"), certificate: certificate, key: key)
    let rsyslog = try Rsyslog(TemporaryFolder(), inputs: [.tls()])
    let sending = try Sending(StreamTransport(port: rsyslog.ports[0], tls: settings))
    try sending.send(Sending.messages(0..<10))
    // Another's, which this receiver does not want: seen at once when it is asked for, and nothing is lost.
    try folder.write(contents(files.certificate("next-client")), "own.pem")
    try folder.write(contents(files.key("next-client")), "own.key")
    try sending.send(Sending.messages(10..<20))
    sending.transport.reload()
    #expect(sending.failure(Sending.message(20)) != nil)
    // Half of a pair, as when one file has been replaced and the other not yet.
    try folder.write(contents(files.certificate("client")), "own.pem")
    #expect(sending.failure(Sending.message(20))?.contains("the certificates can't be used") == true)
    try folder.write(contents(files.key("client")), "own.key")
    try sending.send(Sending.messages(20..<30))
    #expect(Set(try rsyslog.messages(30).map(\.msg)) == Set((0..<30).map(String.init)))
  }

  @Test func settingsThatCannotWorkAreTold() throws {
    func failure(_ settings: TLSSettings) -> String? {
      do throws(DeliveryError) {
        _ = try TLSFiles(settings)
        return nil
      } catch {
        return error.description
      }
    }
    let files = try Certificates.shared()
    #expect(failure(TLSSettings()) == nil)
    #expect(failure(TLSSettings(certificate: files.certificate("client"))) == "a certificate needs its key, and a key its certificate")
    #expect(failure(TLSSettings(authorities: "/none")) == "read /none: No such file or directory")
    #expect(failure(TLSSettings(authorities: "/")) == "read /: Is a directory")
    #expect(failure(TLSSettings(authorities: files.key("client")))?.hasPrefix("the certificates can't be used: ") == true)
    #expect(
      failure(TLSSettings(certificate: files.certificate("client"), key: files.key("server")))?
        .hasPrefix("the certificates can't be used: ") == true)
    #expect(failure(TLSSettings(serverName: "127.0.0.1")) != nil)
    #expect(failure(TLSSettings(fingerprints: ["sha1:00"])) == "'sha1:00': a certificate's fingerprint begins with sha256:")
    for wrong in ["sha256:", "sha256:00", "sha-256:zz", "sha256:" + String(repeating: "0", count: 63), "sha-256:0:0:"] {
      #expect(failure(TLSSettings(fingerprints: [wrong]))?.hasSuffix("has 32 bytes in hexadecimal") == true)
    }
  }
}

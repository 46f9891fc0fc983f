@testable import Delivery
import TestSupport
import Testing
import Rules

/// Who is trusted, by both ends: a real rsyslogd is the other.
@Suite(.enabled(if: Rsyslog.isInstalled, "needs /usr/sbin/rsyslogd: apt-get install rsyslog"), .timeLimit(.minutes(10)))
struct TLSTests {
  private func receiver(_ input: Rsyslog.Input = .tls()) throws -> Rsyslog {
    try Rsyslog(TemporaryFolder(), inputs: [input])
  }

  /// Why it does not get a message; nil: it does.
  private func failure(_ rsyslog: Rsyslog, _ setting: TLSSetting, host: String = "127.0.0.1") throws -> String? {
    let before = rsyslog.written
    let failure = try Sending(StreamTransport(port: rsyslog.ports[0], host: host, tls: setting)).failure()
    if failure == nil { _ = try rsyslog.messages(before + 1) } else { #expect(rsyslog.written == before) }
    return failure
  }

  @Test func theCertificateMustHaveTheName() throws {
    let rsyslog = try receiver()
    #expect(try failure(rsyslog, .of("client")) == nil)  // the address itself
    #expect(try failure(rsyslog, .of("client"), host: "localhost") == nil)
    #expect(try failure(rsyslog, .of("client", serverName: "receiver.test")) == nil)
    // Its address is among its names all the same.
    let other = try failure(rsyslog, .of("client", serverName: "elsewhere.test"))
    #expect(other?.hasSuffix("its certificate is not elsewhere.test's") == true)
    let another = try failure(receiver(.tls(certificate: "client")), .of("client"))
    #expect(another?.hasSuffix("its certificate is another's") == true)
  }

  @Test func theCertificateMustBeTheAuthoritys() throws {
    let reason = "its certificate is not one of the given authorities', or not valid now"
    let rsyslog = try receiver()
    #expect(try failure(rsyslog, .of("client", authority: "other-ca"))?.hasSuffix(reason) == true)
    #expect(try failure(rsyslog, .of("client", authority: nil))?.hasSuffix(reason) == true)
    #expect(try failure(receiver(.tls(certificate: "expired")), .of("client"))?.hasSuffix(reason) == true)
  }

  @Test func aFingerprintWillDo() throws {
    let fingerprint = try Certificates.shared().fingerprint("server")
    let bare = "sha256:" + fingerprint.filter { $0 != ":" }.lowercased()
    let other = try "sha-256:" + Certificates.shared().fingerprint("expired")
    let refusal = "its certificate is another: \(bare)"
    let rsyslog = try receiver()
    // Without authorities, neither the name nor the time counts.
    #expect(try failure(rsyslog, .of("client", authority: nil, fingerprints: ["sha-256:\(fingerprint)"])) == nil)
    #expect(
      try failure(rsyslog, .of("client", authority: nil, serverName: "elsewhere.test", fingerprints: [other, bare])) == nil)
    #expect(try failure(rsyslog, .of("client", authority: nil, fingerprints: [other]))?.hasSuffix(refusal) == true)
    // With them, both.
    #expect(try failure(rsyslog, .of("client", fingerprints: [bare])) == nil)
    #expect(try failure(rsyslog, .of("client", fingerprints: [other]))?.hasSuffix(refusal) == true)
    let stranger = try failure(rsyslog, .of("client", authority: "other-ca", fingerprints: [bare]))
    #expect(stranger?.contains("its certificate is not one of") == true)
  }

  /// In TLS 1.3 a server refuses when the client believes itself connected: nothing is lost to that.
  @Test func aReceiverMayRefuseTheClient() throws {
    let rsyslog = try receiver()
    for client in [nil, "stranger", "next-client"] { #expect(try failure(rsyslog, .of(client)) != nil) }
    #expect(try failure(rsyslog, .of("client")) == nil)
  }

  @Test func namesAreCompared() {
    func names(_ names: String..., addresses: Bool = true) -> CertificateNames {
      CertificateNames(names: names, hasAddresses: addresses)
    }
    #expect(names("a.test").allow("a.test") && names("b.test", "A.Test").allow("a.tEST"))
    #expect(!names("a.test").allow("b.a.test") && !names("b.a.test").allow("a.test") && !names("a.test.").allow("a.test"))
    #expect(names("*.a.test").allow("b.a.test"))
    #expect(!names("*.a.test").allow("a.test") && !names("*.a.test").allow("c.b.a.test") && !names("*.a.test").allow(".a.test"))
    #expect(!names("*").allow("test") && !names("b*.a.test").allow("bc.a.test") && !names("").allow(""))
    // Without an address NIOSSL can't have taken that for the name: what it said stands.
    #expect(!names().allow("a.test") && names(addresses: false).allow("a.test"))
  }

  /// RELP's library asks the same.
  @Test func aRELPReceiverMayRefuseTheClient() throws {
    let rsyslog = try receiver(.relpTLS())
    for client in [nil, "stranger", "next-client"] {
      #expect(try Sending(RELPTransport(port: rsyslog.ports[0], tls: .of(client))).failure() != nil)
    }
    #expect(rsyslog.written == 0)
    #expect(try Sending(RELPTransport(port: rsyslog.ports[0], tls: .of("client"))).failure() == nil)
  }

  @Test func certificatesAreReadAgain() throws {
    let files = try Certificates.shared()
    let folder = try TemporaryFolder()
    let certificate = try folder.write(contents(files.certificate("client")), "own.pem")
    let key = try folder.write(contents(files.key("client")), "own.key")
    let settings = TLSSetting(authorities: files.certificate("ca"), certificate: certificate, key: key)
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
    func failure(_ settings: TLSSetting) -> String? {
      do throws(DeliveryError) {
        _ = try TLSFiles(settings)
        return nil
      } catch {
        return error.description
      }
    }
    let files = try Certificates.shared()
    #expect(failure(TLSSetting()) == nil)
    #expect(failure(TLSSetting(certificate: files.certificate("client"))) == "a certificate needs its key, and a key its certificate")
    #expect(failure(TLSSetting(authorities: "/none")) == "read /none: No such file or directory")
    #expect(failure(TLSSetting(authorities: "/")) == "read /: Is a directory")
    #expect(failure(TLSSetting(authorities: files.key("client")))?.hasPrefix("the certificates can't be used: ") == true)
    #expect(
      failure(TLSSetting(certificate: files.certificate("client"), key: files.key("server")))?
        .hasPrefix("the certificates can't be used: ") == true)
    #expect(failure(TLSSetting(serverName: "127.0.0.1")) != nil)
    #expect(failure(TLSSetting(fingerprints: ["sha1:00"])) == "'sha1:00': a certificate's fingerprint begins with sha256:")
    for wrong in ["sha256:", "sha256:00", "sha-256:zz", "sha256:" + String(repeating: "0", count: 63), "sha-256:0:0:"] {
      #expect(failure(TLSSetting(fingerprints: [wrong]))?.hasSuffix("has 32 bytes in hexadecimal") == true)
    }
  }
}

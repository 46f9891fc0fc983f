internal import Glibc

/// Certificates of a receiver and of an agent, by an authority of the test's own; and some that are not to be trusted.
package struct Certificates: Sendable {
  package static let program = "/usr/bin/openssl"

  package let folder: TemporaryFolder

  /// For all tests of a run: making them takes a while.
  package static func shared() throws -> Certificates { try made.get() }
  private static let made = Result { try Certificates() }

  /// - Throws: when openssl does not make them.
  package init() throws {
    folder = try TemporaryFolder()
    try authority("ca")
    try authority("other-ca")
    try issue("server", names: "DNS:receiver.test,DNS:localhost,IP:127.0.0.1", by: "ca")
    try issue("client", names: "DNS:client", by: "ca")
    try issue("next-client", names: "DNS:next", by: "ca")
    try issue("stranger", names: "DNS:client", by: "other-ca")
    try issue("expired", names: "DNS:receiver.test,DNS:localhost,IP:127.0.0.1", by: "ca", days: -1)
  }

  /// `ca`, `server`, `client`, `expired`, ...
  package func certificate(_ name: String) -> String { "\(folder.path)/\(name).pem" }
  package func key(_ name: String) -> String { "\(folder.path)/\(name).key" }

  /// As openssl prints it: pairs of digits with colons.
  package func fingerprint(_ name: String) throws -> String {
    let output = try Self.openssl(["x509", "-in", certificate(name), "-noout", "-fingerprint", "-sha256"])
    guard let fingerprint = output.split(separator: "=").last else { throw TestFailure("no fingerprint: \(output)") }
    return String(fingerprint.prefix { $0 != "\n" })
  }

  private func authority(_ name: String) throws {
    try Self.openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "30", "-subj", "/CN=\(name)",
      "-keyout", key(name), "-out", certificate(name),
    ])
  }

  private func issue(_ name: String, names: String, by authority: String, days: Int = 30) throws {
    try Self.openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-subj", "/CN=\(name)", "-keyout", key(name),
      "-out", "\(folder.path)/\(name).csr",
    ])
    let extensions = try folder.write("subjectAltName=\(names)\nextendedKeyUsage=serverAuth,clientAuth\n", "\(name).ext")
    try Self.openssl([
      "x509", "-req", "-in", "\(folder.path)/\(name).csr", "-CA", certificate(authority), "-CAkey", key(authority),
      "-CAcreateserial", "-days", String(days), "-extfile", extensions, "-out", certificate(name),
    ])
  }

  @discardableResult
  private static func openssl(_ arguments: [String]) throws -> String {
    let ending = try Program.run(program, arguments)
    try expect(ending.status == 0, "openssl \(arguments.joined(separator: " ")): \(ending.errors)")
    return ending.output
  }
}

import Events
import Rules
import TestSupport
import Testing

@testable import Engine

/// Rules on real captures of Falco and sysdig.
@Suite(.enabled(if: Corpus.isHere("scap"), "no captures at \(Corpus.path("scap"))"))
struct ScapRulesTests {
  private func alerts(_ name: String, _ policy: Policy) throws -> [Alert] {
    var reader = try TraceReader(path: "\(Corpus.path("scap"))/\(name).scap")
    var engine = Engine(policy: policy)
    var alerts: [Alert] = []
    let summary = reader.forEach { engine.process($0) { alerts.append($0) } }
    #expect(summary.isWhole)
    return alerts
  }

  @Test func aProgramOfTheCapture() throws {
    let found = try alerts("cat_write", policy(
      "evt.type = execve and proc.name = cat and proc.cmdline startswith \"cat \"", output: "%proc.cmdline by %proc.pname on %evt.hostname"))
    #expect(found.count == 1)
    #expect(found.first?.message.hasPrefix("cat ") == true && found.first?.message.hasSuffix(" on ubuntu") == true, "\(found)")
    // As the capture has it, to the nanosecond.
    #expect(found.first.map { (1_470_327_475_999_999_999...1_470_327_478_999_999_999).contains($0.timestampNanoseconds) } == true)
  }

  @Test func itsParentIsFromTheListOfProcesses() throws {
    let found = try alerts("curl_google", policy(
      "evt.type in (connect, connected) and fd.l4proto = tcp and proc.aname = sshd and proc.pname = bash",
      output: "%evt.type %proc.name %proc.pcmdline %fd.name %evt.res %user.uid"))
    #expect(found.map(\.message) == [
      "connect curl bash 2600:1f18:262c:6542:9aa6:df7a:9a47:d29e:37140->2607:f8b0:4004:802::2004:80 EINPROGRESS 1000",
      "connected curl bash 2600:1f18:262c:6542:9aa6:df7a:9a47:d29e:37140->2607:f8b0:4004:802::2004:80 SUCCESS 1000",
    ])
  }

  @Test func aConnectToTheNodeItself() throws {
    let found = try alerts("connect_localhost", policy(
      "evt.type = connect and fd.sip = 127.0.0.1 and fd.sport = 80", output: "%fd.name %proc.pid"))
    #expect(found.map(\.message) == ["127.0.0.1:47192->127.0.0.1:80 31699"])
  }

  @Test func bothEndsOfAConnection() throws {
    let found = try alerts("single_ipv6_conn", policy(
      "evt.type in (accept, connect, listen) and fd.sport = 1234", output: "%evt.type %fd.cip %fd.sip %fd.is_server"))
    #expect(found.map(\.message) == [
      "listen <NA> 2001:db8::3 true", "accept 2001:db8::4 2001:db8::3 true", "connect 2001:db8::4 2001:db8::3 false",
    ])
  }

  /// No event of it is of a kind that rules are tried on.
  @Test func nothingInTheSample() throws { #expect(try alerts("sample", policy("evt.num > 0")).isEmpty) }

  /// The field's own rules, as they are, on the field's own captures: what they look for isn't there.
  @Test(.enabled(if: Corpus.isHere("falco-rules"), "no Falco rule files at \(Corpus.path("falco-rules"))"))
  func falcosRules() throws {
    let policy = try #require(PolicyLoader().load(paths: [Corpus.path("falco-rules")]).policy)
    for name in ["cat_write", "connect_localhost", "curl_google", "sample", "single_ipv6_conn"] {
      #expect(try alerts(name, policy).map(\.rule).isEmpty, "\(name)")
    }
  }
}

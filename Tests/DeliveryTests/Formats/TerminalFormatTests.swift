import Delivery
import Events
import Rules
import Testing

@Suite struct TerminalFormatTests {
  @Test func aLineSaysWhenHowBadWhatAndWho() {
    #expect(
      String(decoding: TerminalFormat.line(for: Sample.alert(), colours: false), as: UTF8.self)
        == "08:15:00.123 Warning       Shell by a web server: Shell bash started by nginx (pid 7)")
  }

  @Test func whoseItIsStandsBeforeTheRule() {
    func line(_ tenant: String?, _ identity: Identity?) -> String {
      let alert = Sample.alert(rule: "R", tenant: tenant, identity: identity, message: "m")
      return String(decoding: TerminalFormat.line(for: alert, colours: false).dropFirst(27), as: UTF8.self)
    }
    #expect([line("m1", nil), line("m1", .pending), line(nil, .unknown)] == ["m1 R: m", "m1 R: m", "? R: m"])
  }

  @Test func thePriorityIsColoured() {
    let alert = Sample.alert(rule: "R", priority: .critical, message: "m")
    #expect(
      String(decoding: TerminalFormat.line(for: alert, colours: true), as: UTF8.self)
        == "08:15:00.123 \u{1B}[1;31mCritical\u{1B}[0m      R: m")
    for priority in Priority.allCases {
      let plain = TerminalFormat.line(for: Sample.alert(priority: priority), colours: false)
      #expect(String(decoding: plain, as: UTF8.self).utf8.dropFirst(27).starts(with: "Shell by".utf8))
    }
  }

  @Test func hostileTextCommandsNoTerminal() {
    let line = TerminalFormat.line(for: Sample.alert(rule: Sample.hostile, message: Sample.hostile), colours: false)
    #expect(
      String(decoding: line, as: UTF8.self)
        == "08:15:00.123 Warning       \(Sample.hostileShown): \(Sample.hostileShown)")
  }
}

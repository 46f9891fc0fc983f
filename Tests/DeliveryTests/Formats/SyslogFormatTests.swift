import Delivery
import Engine
import Events
import Rules
import Testing

/// RFC 5424, byte for byte.
@Suite struct SyslogFormatTests {
  private func message(
    _ alert: Alert, facility: SyslogFacility = .authpriv, processID: Int32? = 1234, limit: Int = 65_536
  ) -> String {
    let bytes = SyslogFormat(facility: facility, processID: processID).message(for: alert, limit: limit)
    // String's equality takes different bytes for the same text: compare what decoding kept.
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(Array(text.utf8) == bytes, "not UTF-8")
    return text
  }

  private func field(_ name: String, _ value: String) -> AlertField { AlertField(name: name, value: .text(value)) }

  @Test func aMessageHasAllParts() {
    #expect(
      message(Sample.alert()) == """
        <84>1 2026-11-24T08:15:00.123456Z node-1 selvage 1234 execve \
        [alert@32473 id="b7d1-42-9f" rule="Shell by a web server" priority="Warning" record="42" tags="network,T1059"]\
        [event@32473 proc.name="bash" proc.pid="7" proc.is_exe_setuid="false"] \
        Shell bash started by nginx (pid 7)
        """)
  }

  /// 6.2.1: facility * 8 + severity.
  @Test(arguments: [
    (SyslogFacility.kern, Priority.emergency, "<0>1 "), (.kern, .debug, "<7>1 "), (.authpriv, .critical, "<82>1 "),
    (.local4, .informational, "<166>1 "), (.local7, .debug, "<191>1 "),
  ])
  func thePriorityIsFacilityAndSeverity(facility: SyslogFacility, priority: Priority, expected: String) {
    #expect(message(Sample.alert(priority: priority), facility: facility).hasPrefix(expected))
  }

  /// 6.3.1: no element at all would be `-`, but the first is always there.
  @Test func withoutFieldsThereIsNoSecondElement() {
    #expect(
      message(Sample.bare(), processID: nil) == """
        <84>1 2026-11-24T08:15:00.123456Z n selvage - e [alert@32473 id="i" rule="r" priority="Warning" record="1"] m
        """)
  }

  /// 6.2.4 to 6.2.7: printable ASCII, `-` for nothing, at most 255 and 32 characters.
  @Test func theHeaderIsPrintableASCII() {
    #expect(message(Sample.alert(node: "")).hasPrefix("<84>1 2026-11-24T08:15:00.123456Z - selvage 1234 "))
    #expect(message(Sample.alert(node: "a b\nc\u{7F}é")).contains("Z a_b_c___ selvage"))
    let long = message(Sample.alert(node: String(repeating: "h", count: 300), event: String(repeating: "e", count: 40)))
    #expect(long.contains(" \(String(repeating: "h", count: 255)) selvage 1234 \(String(repeating: "e", count: 32)) ["))
    #expect(message(Sample.alert(event: "")).contains("selvage 1234 - ["))
  }

  /// 6.3.3: `"`, `\` and `]` get a backslash, nothing else does.
  @Test func valuesAreEscaped() {
    let alert = Sample.bare(fields: [field("a", "\"\\]['=\\n é")])
    #expect(message(alert).hasSuffix(#"[event@32473 a="\"\\\]['=\\n é"] m"#))
    #expect(message(Sample.alert(id: "]\"", rule: "a]b\\", tags: ["\"t\"", "]"])).contains(
      #"[alert@32473 id="\]\"" rule="a\]b\\" priority="Warning" record="42" tags="\"t\",\]"]["#))
  }

  /// 6.3.2, 6.3.3: an SD-NAME has at most 32 printable characters, but `=`, blank, `]` and `"`.
  @Test(arguments: [
    ("proc.name", "proc.name"), ("proc.env[LD_PRELOAD]", "proc.env.LD_PRELOAD"), ("proc.aname[2]", "proc.aname.2"),
    ("a b=c\"d", "a_b_c_d"), ("a]b", "a_b"), ("a[b[c]", "a.b[c"), ("é\n", "___"), ("", "_"), ("]", "_"), ("[]", "."),
    ("proc.env[AN_ENVIRONMENT_VARIABLE_OF_SOME_LENGTH]", "proc.env.AN_ENVIRONMENT_VARIABLE"),
  ])
  func namesAreAllowedNames(field: String, expected: String) {
    #expect(SyslogFormat.parameterName(field) == expected)
  }

  @Test func namesThatAreCutToTheSameStayApart() {
    let long = String(repeating: "x", count: 31)
    let alert = Sample.bare(fields: [field("\(long)12", "a"), field("\(long)13", "b"), field("\(long)14", "c")])
    #expect(message(alert).hasSuffix(
      "[event@32473 \(long)1=\"a\" \(long.dropLast())~2=\"b\" \(long.dropLast())~3=\"c\"] m"))
  }

  @Test func aNameThatComesTwiceIsTakenOnce() {
    let alert = Sample.bare(fields: [field("a", "1"), field("b", "2"), field("a", "3")])
    #expect(message(alert).hasSuffix(#"[event@32473 a="1" b="2"] m"#))
  }

  /// 6.4: UTF-8 has the byte order mark in front; ASCII, which is any encoding, has none.
  @Test func textBeyondASCIIHasAByteOrderMark() {
    let bytes = SyslogFormat(facility: .user, processID: nil).message(for: Sample.bare("é"), limit: 2048)
    #expect(Array(bytes.suffix(7)) == [0x5D, 0x20, 0xEF, 0xBB, 0xBF, 0xC3, 0xA9])
    #expect(message(Sample.bare("plain")).hasSuffix("] plain"))
    #expect(message(Sample.bare("")).hasSuffix("] "))
  }

  @Test func hostileTextStaysInItsPlace() {
    let alert = Sample.bare(Sample.hostile, fields: [field("a", Sample.hostile)])
    let text = message(alert)
    #expect(text.hasSuffix("] \u{FEFF}\(Sample.hostileShown)"))
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) })
    let parsed = StructuredData(text)
    #expect(parsed?.elements.map(\.name) == ["alert@32473", "event@32473"])
    #expect(parsed?["event@32473"] == ["a": Sample.hostileShown])
  }

  @Test func theAlertsPlaceStandsBesideTheRecord() throws {
    let bytes = SyslogFormat(facility: .user, processID: nil).message(for: Sample.alert(), place: Sample.place, limit: 2048)
    #expect(String(decoding: bytes, as: UTF8.self).contains(
      #"record="42" series="5f0e9c1a2b3c4d5e" seq="7" prev="5" tags="#))
  }

  /// The payload says all; the structured data what a relay goes by. No byte order mark: JSON has none.
  @Test(arguments: AlertFormat.allCases) func anyFormatCanBeTheText(format: AlertFormat) throws {
    let syslog = SyslogFormat(facility: .authpriv, processID: 1234, payload: format)
    let alert = Sample.alert(tenant: "m1", message: "é")
    let message = syslog.message(for: alert, place: Sample.place, limit: 65_536)
    let start = #"""
      <84>1 2026-11-24T08:15:00.123456Z node-1 selvage 1234 execve \#
      [alert@32473 id="b7d1-42-9f" series="5f0e9c1a2b3c4d5e" seq="7" prev="5" tenant="m1"] 
      """#
    #expect(message == Array(start.utf8) + format.line(for: alert, place: Sample.place))

    for text in ["x", "]", "é", "\n", "\\", Sample.hostile] {
      for limit in [1, 2048, 8000] {
        let alert = Sample.abused(String(repeating: text, count: 3000 / text.utf8.count))
        let cut = syslog.message(for: alert, place: Sample.place, limit: limit)
        #expect(cut.count <= max(limit, 2048))
        #expect(String(decoding: cut, as: UTF8.self).contains(#" series="5f0e9c1a2b3c4d5e" seq="7" prev="5" "#))
      }
    }
  }

  // Cutting.

  private func parsed(_ text: String) throws -> (alert: [String: String], event: [String: String], message: String) {
    let parsed = try #require(StructuredData(text))
    #expect(parsed.elements.map(\.name).filter { $0 != "event@32473" } == ["alert@32473"])
    return (parsed["alert@32473"] ?? [:], parsed["event@32473"] ?? [:], parsed.message)
  }

  @Test func whatFitsExactlyIsWhole() throws {
    let alert = Sample.bare(String(repeating: "m", count: 2000))
    let size = message(alert).utf8.count
    #expect(message(alert, limit: size) == message(alert))
    let cut = message(alert, limit: size - 1)
    #expect(cut.utf8.count < size)
    #expect(try parsed(cut).alert["truncated"] == "true")
    #expect(try parsed(cut).message == String(repeating: "m", count: 1024) + "...")
  }

  /// A long argument must not push out who caused the event.
  @Test func longValuesAreCutFirst() throws {
    let argument = String(repeating: "]", count: 10_000)
    let alert = Sample.bare(
      "ran \(argument)",
      fields: [field("proc.cmdline", argument), field("proc.exepath", "/usr/bin/x"), field("proc.pid", "7")])
    let text = message(alert, limit: 2048)
    #expect(text.utf8.count <= 2048)
    let (identity, event, output) = try parsed(text)
    #expect(identity == ["id": "i", "rule": "r", "priority": "Warning", "record": "1", "truncated": "true"])
    #expect(event["proc.cmdline"] == argument.prefix(512) + "...")
    #expect(event["proc.exepath"] == "/usr/bin/x" && event["proc.pid"] == "7" && event.count == 3)
    #expect(output == "ran \(argument.prefix(508))...")
  }

  @Test func whoseItIsAndTheTenantsFacility() throws {
    let alert = Sample.alert(tenant: "m1", facility: .local4, identity: .unknown)
    let text = message(alert, limit: 2048)
    let (identity, _, _) = try parsed(text)
    #expect(identity["tenant"] == "m1" && identity["identity"] == "unknown")
    #expect(text.hasPrefix("<\(20 * 8 + 4)>1 "))
    #expect(try parsed(message(Sample.alert(), limit: 2048)).0["tenant"] == nil)
  }

  @Test func fieldsAreLeftOutFromTheEnd() throws {
    let fields = (0..<100).map { field("field\($0)", String(repeating: "v", count: 40)) }
    let text = message(Sample.bare(fields: fields), limit: 2048)
    #expect((1990...2048).contains(text.utf8.count))
    let (identity, event, output) = try parsed(text)
    #expect(identity["truncated"] == "true" && output == "m")
    #expect(event.count > 30)
    #expect(Set(event.keys) == Set(fields.prefix(event.count).map(\.name)))
  }

  /// Whatever the parts are, the message is well-formed, within its limit, and says which alert it is.
  @Test(arguments: [1, 1180, 2048, 8000, 65_507])
  func everyLimitIsKept(limit: Int) throws {
    for text in ["x", "]", "é", "\u{1F600}", "\n", "\u{E0001}"] {
      for count in [0, 63, 64, 65, 300, 1024, 20_000] {
        let long = String(repeating: text, count: count)
        let alert = Alert(
          id: "boot-42-\(String(long.prefix(100)))", recordNumber: .max, timestampNanoseconds: .max, node: long,
          rule: long, ruleDescription: "", priority: .informational, tags: [long, long], tenant: long,
          identity: .pending, event: long, message: long,
          fields: [field("a", long), field(long, long), field("c", "d")])
        let bytes = SyslogFormat(facility: .local7, processID: .min).message(for: alert, limit: limit)
        #expect(bytes.count <= max(limit, SyslogFormat.smallestLimit))
        let message = String(decoding: bytes, as: UTF8.self)
        #expect(Array(message.utf8) == bytes)
        #expect(try parsed(message).alert["record"] == "18446744073709551615")
        #expect(try parsed(message).alert["id"]?.hasPrefix("boot-42-") == true)
      }
    }
  }

  @Test func facilitiesHaveTheirNames() {
    #expect(SyslogFacility(name: "authpriv")?.rawValue == 10)
    #expect(SyslogFacility(name: "LOCAL7")?.rawValue == 23)
    #expect(SyslogFacility(name: "security") == .auth)
    #expect(SyslogFacility(name: "local8") == nil && SyslogFacility(name: "") == nil)
    for facility in SyslogFacility.allCases { #expect(SyslogFacility(name: facility.name) == facility) }
  }
}

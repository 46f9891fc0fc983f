import Delivery
import Engine
import FoundationEssentials
import Events
import Rules
import Testing

@Suite struct JSONFormatTests {
  @Test func aLineHasAllKeysInOrder() {
    #expect(
      String(decoding: JSONFormat.line(for: Sample.alert()), as: UTF8.self) == #"""
        {"time":"2026-11-24T08:15:00.123456789Z","node":"node-1","rule":"Shell by a web server","priority":"Warning",\#
        "event":"execve","id":"b7d1-42-9f","record":42,"tags":["network","T1059"],\#
        "output":"Shell bash started by nginx (pid 7)","description":"A shell that a web server started",\#
        "fields":{"proc.name":"bash","proc.pid":7,"proc.is_exe_setuid":false}}
        """#)
  }

  @Test func whoseItIsStandsBesideTheNode() {
    let line = String(decoding: JSONFormat.line(for: Sample.alert(tenant: "m1", identity: .pending)), as: UTF8.self)
    #expect(line.contains(#""node":"node-1","tenant":"m1","identity":"pending","rule":"#))
  }

  @Test func nothingIsAnEmptyListAndObject() {
    let line = String(decoding: JSONFormat.line(for: Sample.bare()), as: UTF8.self)
    #expect(line.contains(#""tags":[],"#) && line.hasSuffix(#""fields":{}}"#))
  }

  @Test func numbersAreNumbersToTheirEnds() {
    let alert = Sample.alert(
      number: .max,
      fields: [
        AlertField(name: "a", value: .integer(.min)), AlertField(name: "b", value: .integer(.max)),
        AlertField(name: "c", value: .boolean(true)), AlertField(name: "d", value: .text("7")),
      ])
    let line = String(decoding: JSONFormat.line(for: alert), as: UTF8.self)
    #expect(line.contains(#""record":18446744073709551615,"#))
    #expect(line.hasSuffix(#""fields":{"a":-9223372036854775808,"b":9223372036854775807,"c":true,"d":"7"}}"#))
  }

  @Test func stringsAreEscaped() {
    let text = "\"\\/\n\u{0}\u{1F}\u{7F}\u{85}\u{2028}\u{FEFF}\u{E0001}é\u{1F600}"
    let line = String(decoding: JSONFormat.line(for: Sample.alert(message: text)), as: UTF8.self)
    #expect(line.contains(
      #""output":"\"\\/\u000a\u0000\u001f\u007f\u0085\u2028\ufeff\udb40\udc01é\#u{1F600}","description""#))
  }

  /// What another reader makes of it.
  private struct Read: Decodable {
    let time, node, rule, priority, event, id, output, description: String
    let record: UInt64
    let tags: [String]
    let fields: [String: String]
  }

  @Test func hostileTextIsReadBackWhole() throws {
    let hostile = Sample.hostile
    let alert = Alert(
      id: hostile, recordNumber: 7, timestampNanoseconds: -1, node: hostile, rule: hostile, ruleDescription: hostile,
      priority: .debug, tags: [hostile, ""], event: hostile, message: hostile,
      fields: [AlertField(name: hostile, value: .text(hostile)), AlertField(name: "b", value: .text(""))])
    let line = JSONFormat.line(for: alert)
    #expect(!line.contains { $0 < 0x20 || $0 == 0x7F })
    let read = try JSONDecoder().decode(Read.self, from: Data(line))
    for text in [read.node, read.rule, read.event, read.id, read.output, read.description] {
      #expect(Array(text.utf8) == Array(hostile.utf8))
    }
    #expect(read.time == "1969-12-31T23:59:59.999999999Z")
    #expect(read.record == 7 && read.tags == [hostile, ""] && read.fields == [hostile: hostile, "b": ""])
  }

  /// Objects with a name twice are read in as many ways as there are readers.
  @Test func aNameThatComesTwiceIsTakenOnce() {
    let alert = Sample.alert(fields: [
      AlertField(name: "a", value: .integer(1)), AlertField(name: "a", value: .integer(2)),
      AlertField(name: "b", value: .integer(3)),
    ])
    #expect(String(decoding: JSONFormat.line(for: alert), as: UTF8.self).hasSuffix(#""fields":{"a":1,"b":3}}"#))
  }
}

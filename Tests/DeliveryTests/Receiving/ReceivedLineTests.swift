import Delivery
import Engine
import Rules
import TestSupport
import Testing

@Suite struct ReceivedLineTests {
  private let place = Place(series: "ab12", sequence: 17, previous: 12)

  @Test(arguments: AlertFormat.allCases) func whateverTheTextTheStructuredDataTells(format: AlertFormat) {
    let message = SyslogFormat(facility: .user, processID: 1, payload: format).message(
      for: Sample.alert(message: Sample.hostile), place: place, limit: 8000)
    let line = ReceivedLine(message)
    #expect(line?.series == "ab12" && line?.content == .alert(17, previous: 12) && line?.node == "node-1")
  }

  @Test(arguments: [AlertFormat.json, .cee]) func jsonTells(format: AlertFormat) {
    let alert = Sample.alert(fields: [AlertField(name: "series", value: .text("forged")), AlertField(name: "seq", value: .integer(1))])
    let line = ReceivedLine(Array("2026-11-24 host ".utf8) + format.line(for: alert, place: place))
    #expect(line?.series == "ab12" && line?.content == .alert(17, previous: 12) && line?.node == "node-1")
  }

  @Test func whatIsNoNumberedAlertIsNone() {
    let message = SyslogFormat(facility: .user, processID: 1).message(for: Sample.alert(), place: nil, limit: 8000)
    #expect(ReceivedLine(message) == nil)
    for text in [
      "", "{", "{}", "[alert@32473 ", "[alert@32473 seq=", "[alert@32473 seq=\"1", "[alert@32473 seq=\"1\" prev=\"0\"]",
      #"{"series":"a","seq":1,"prev":1}"#, #"{"series":"a","seq":-1,"prev":0}"#, #"{"series":"","seq":2,"prev":1}"#,
      #"{"series":"a","seq":99999999999999999999,"prev":1}"#, "{\"series\":\"\(String(repeating: "a", count: 65))\",\"seq\":2,\"prev\":1}",
    ] { #expect(ReceivedLine(Array(text.utf8)) == nil, "\(text)") }
  }

  /// Cut and flipped at random: no trap, and nothing else than what stands there.
  @Test(arguments: 1...20) func damageIsSurvived(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let whole = SyslogFormat(facility: .user, processID: 1, payload: .json).message(for: Sample.alert(), place: place, limit: 8000)
    for _ in 0..<200 {
      var line = Array(whole.prefix(Int.random(in: 0...whole.count, using: &random)))
      if let index = line.indices.randomElement(using: &random) { line[index] = UInt8.random(in: 0...255, using: &random) }
      _ = ReceivedLine(line)
    }
  }
}

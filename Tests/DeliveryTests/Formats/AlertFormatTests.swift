import Delivery
import Engine
import FoundationEssentials
import Testing

/// What holds for every format.
@Suite struct AlertFormatTests {
  private static let texts = [
    "x", "]", "\"", "\\", "|", "=", "a=b ", "é", "\u{1F600}", "\n", "\u{E0001}", "\u{0}", " cs1=forged|", "\",\"rule\":\"forged",
    Sample.hostile,
  ]

  private func isWellFormed(_ line: [UInt8], _ format: AlertFormat) -> Bool {
    switch format {
    case .text: true
    case .cef: CEFLine(line) != nil
    case .cee:
      line.starts(with: "@cee: ".utf8) && JSONValue(Array(line.dropFirst(6))) != nil
    case .json, .ocsf, .ecs: JSONValue(line) != nil
    }
  }

  /// One line, UTF-8, its own syntax, whatever the alert says.
  @Test(arguments: AlertFormat.allCases) func hostileTextStaysInItsPlace(format: AlertFormat) {
    for text in Self.texts {
      let line = format.line(for: Sample.abused(text), place: Sample.place)
      #expect(!line.contains { $0 < 0x20 || $0 == 0x7F })
      #expect(Array(String(decoding: line, as: UTF8.self).utf8) == line)
      #expect(isWellFormed(line, format), "\(text): \(String(decoding: line, as: UTF8.self))")
    }
  }

  @Test(arguments: AlertFormat.allCases, [AlertFormat.smallestLimit, 2048, 8000])
  func everyLimitIsKept(format: AlertFormat, limit: Int) {
    for text in Self.texts {
      for bytes in [0, 65, 1500] {
        let alert = Sample.abused(String(repeating: text, count: (bytes + text.utf8.count - 1) / text.utf8.count))
        let line = format.line(for: alert, place: Sample.place, limit: limit)
        #expect(line.count <= limit, "\(text.debugDescription), \(bytes) bytes")
        #expect(isWellFormed(line, format), "\(String(decoding: line, as: UTF8.self))")
        if format != .text { #expect(String(decoding: line, as: UTF8.self).contains("boot-42-")) }
      }
    }
  }

  /// What fits exactly is whole; what is a byte longer is cut, and says so.
  @Test(arguments: [AlertFormat.json, .cee, .cef, .ocsf, .ecs]) func whatIsCutSaysSo(format: AlertFormat) {
    let whole = format.line(for: Sample.connection, place: Sample.place)
    #expect(format.line(for: Sample.connection, place: Sample.place, limit: whole.count) == whole)
    #expect(!String(decoding: whole, as: UTF8.self).lowercased().contains("truncated"))
    let cut = format.line(for: Sample.connection, place: Sample.place, limit: whole.count - 1)
    #expect(cut.count < whole.count)
    #expect(String(decoding: cut, as: UTF8.self).contains(format == .cef ? "SelvageTruncated=true" : #""truncated":true"#))
  }

  /// A long argument must not push out who caused the event.
  @Test(arguments: [AlertFormat.json, .cef, .ocsf, .ecs]) func longValuesAreCutFirst(format: AlertFormat) {
    let fields = [
      AlertField(name: "proc.cmdline", value: .text(String(repeating: "A", count: 10_000))),
      AlertField(name: "proc.exepath", value: .text("/usr/bin/culprit")), AlertField(name: "user.loginuid", value: .integer(31_337)),
    ]
    let line = String(decoding: format.line(for: Sample.bare(fields: fields), place: nil, limit: 2048), as: UTF8.self)
    #expect(line.contains("/usr/bin/culprit") && line.contains("31337"))
  }

  @Test(arguments: AlertFormat.allCases) func anAlertWithoutAPlaceSaysNothingOfOne(format: AlertFormat) {
    let line = String(decoding: format.line(for: Sample.connection, place: nil), as: UTF8.self)
    for word in [Sample.place.series, "series", "prev", "sequence", "\"seq\"", "externalId"] {
      #expect(!line.contains(word), "\(word)")
    }
  }
}

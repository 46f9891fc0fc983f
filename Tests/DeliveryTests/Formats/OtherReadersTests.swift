import Delivery
import Engine
import Events
import TestSupport
import Testing

/// Each format read by what others wrote for it: see `Tests/formats/check.py`.
@Suite(
  .enabled(if: OtherReaders.folder != nil, "the readers can't be had from PyPI (python3-venv, and a network)"),
  .timeLimit(.minutes(5)))
struct OtherReadersTests {
  private static let hostile = ["]\"\\|=", "a=b c=d", "é\u{1F600}", "\n\u{0}\u{202E}", "\",\"x\":\"", Sample.hostile]

  private func check(_ alerts: [Alert], limits: [Int]) throws -> Program.Ending {
    let folder = try TemporaryFolder()
    for format in [AlertFormat.json, .cee, .cef, .ocsf, .ecs] {
      var lines: [UInt8] = []
      for alert in alerts {
        for place in [nil, Sample.place] {
          for limit in limits { lines += format.line(for: alert, place: place, limit: limit) + [UInt8(ascii: "\n")] }
        }
      }
      try folder.write(lines, "\(format.rawValue).lines")
    }
    let readers = try #require(OtherReaders.folder)
    return try Program.run("\(readers)/bin/python3", [OtherReaders.script, folder.path])
  }

  @Test func everyFormatIsReadByOthers() throws {
    let alerts = [Sample.alert(), Sample.connection, Sample.host, Sample.notice]
    let ending = try check(alerts, limits: [.max, 2048])
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(ending.output == "ocsf 16 ecs 16 cef 16 json 32\n")
  }

  /// The fields of what no engine gives; the header is sane, as pycef does not know its escapes.
  @Test func hostileFieldsAreReadByOthers() throws {
    let alerts = Self.hostile.flatMap { text in
      [1, 100].map { count in
        let long = String(repeating: text, count: count)
        return Sample.alert(
          tags: [long, "T1059.004"], tenant: long, identity: .unknown, event: "connect", message: "m",
          fields: Sample.abused(long).fields)
      }
    }
    let ending = try check(alerts, limits: [.max, AlertFormat.smallestLimit])
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(ending.output == "ocsf 48 ecs 48 cef 48 json 96\n")
  }

  /// That the check can fail.
  @Test func whatIsNotTheSchemasIsFound() throws {
    let folder = try TemporaryFolder()
    for format in [AlertFormat.json, .cee, .cef, .ocsf, .ecs] {
      var line = String(decoding: format.line(for: Sample.connection, place: nil), as: UTF8.self)
      if format == .ocsf { line = line.replacing("\"device\"", with: "\"devise\"") }
      if format == .ecs { line = line.replacing("\"ip\":\"10.0.0.4\"", with: "\"ipv4\":\"10.0.0.4\"") }
      try folder.write("\(line)\n", "\(format.rawValue).lines")
    }
    let readers = try #require(OtherReaders.folder)
    let ending = try Program.run("\(readers)/bin/python3", [OtherReaders.script, folder.path])
    #expect(ending.status == 1)
    #expect(ending.errors.contains("'devise' was unexpected") && ending.errors.contains("source.ipv4"))
  }
}

enum OtherReaders {
  private static let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }
  static let script = "\(root)/Tests/formats/check.py"
  /// nil: they can't be had.
  static let folder: String? = {
    let folder = "\(root)/.build/format-readers"
    let ending = try? Program.run("\(root)/Tests/formats/prepare", [folder])
    return ending?.status == 0 ? folder : nil
  }()
}

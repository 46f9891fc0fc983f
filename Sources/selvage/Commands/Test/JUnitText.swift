internal import Events
internal import Rules

/// What came of rule tests in the XML that JUnit's readers know: a suite a file.
enum JUnitText {
  static func text(_ report: TestReport) -> String {
    var lines = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
      "<testsuites name=\"selvage test\"\(counts(report.tests.count, report.failed, report.broken))>",
    ]
    var start = 0
    while start < report.tests.count {
      let file = report.tests[start].file
      let end = report.tests[start...].firstIndex { $0.file != file } ?? report.tests.count
      lines += suite(file, report.tests[start..<end])
      start = end
    }
    return (lines + ["</testsuites>", ""]).joined(separator: "\n")
  }

  private static func suite(_ file: String, _ tests: ArraySlice<TestReport.Test>) -> [String] {
    let failed = tests.count { $0.outcome == "failed" }
    let broken = tests.count { $0.outcome == "broken" }
    var lines = ["  <testsuite name=\"\(escaped(file))\"\(counts(tests.count, failed, broken))>"]
    for test in tests {
      let place = "classname=\"\(escaped(file))\" file=\"\(escaped(file))\" line=\"\(test.line)\""
      let start = "    <testcase name=\"\(escaped(test.name))\" \(place)"
      guard let first = test.problems.first else {
        lines.append(start + "/>")
        continue
      }
      let element = test.outcome == "broken" ? "error" : "failure"
      lines.append(start + ">")
      lines.append("      <\(element) message=\"\(escaped("expected \(first.expected), came \(first.came)"))\">")
      lines += test.problems.flatMap(\.lines).map { escaped($0) }
      lines.append("      </\(element)>")
      lines.append("    </testcase>")
    }
    return lines + ["  </testsuite>"]
  }

  private static func counts(_ tests: Int, _ failed: Int, _ broken: Int) -> String {
    " tests=\"\(tests)\" failures=\"\(failed)\" errors=\"\(broken)\""
  }

  /// What XML can't hold is escaped before.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in DisplayText.escaped(text, limit: 4096).unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\u{FFFE}", "\u{FFFF}": result += "?"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}

import FoundationEssentials
import Testing

@testable import Report

/// A page, and what a browser would find in it.
struct TestPage {
  let bytes: [UInt8]
  let text: String
  let data: PageData

  init(_ bytes: [UInt8]) throws {
    self.bytes = bytes
    // Invalid UTF-8 would be none.
    text = try #require(String(validating: bytes, as: UTF8.self))
    let block = try #require(Self.between("<script type=\"application/json\" id=\"data\">", "</script>", in: text))
    data = try JSONDecoder().decode(PageData.self, from: Data(block.utf8))
  }

  /// The list's items, each as its HTML.
  var items: [Substring] {
    let list = Self.between("<ol id=\"list\" role=\"list\">", "</ol>", in: text) ?? ""
    return list.split(separator: "\n").filter { $0.hasPrefix("<li>") }
  }

  func process(_ pid: UInt32) -> PageData.Process? { data.processes.first { $0.pid == pid } }

  static func between(_ start: String, _ end: String, in text: String) -> Substring? {
    guard let open = text.firstRange(of: start) else { return nil }
    guard let close = text[open.upperBound...].firstRange(of: end) else { return nil }
    return text[open.upperBound..<close.lowerBound]
  }
}

/// A rule file with one rule.
func rule(
  _ name: String, _ condition: String, output: String = "%proc.cmdline", priority: String = "Warning"
) -> String {
  """
  - {rule: "\(name)", desc: What it means., condition: "\(condition)", output: "\(output)", priority: \(priority), \
  tags: [T1059]}

  """
}

import CReportPage
import FoundationEssentials

/// The embedded page, and how its gaps are filled.
enum PageTemplate {
  static let html = bytes(sv_report_html)
  static let style = bytes(sv_report_css)
  static let script = bytes(sv_report_js)

  /// Nothing but the page's own style and script, each by its hash: no network, no frame, no form, no other code.
  static var contentPolicy: String {
    "default-src 'none'; script-src '\(hash(script))'; style-src '\(hash(style))'; base-uri 'none'; form-action 'none'"
  }

  private static func hash(_ text: [UInt8]) -> String {
    "sha256-\(Data(SHA256.digest(text)).base64EncodedString())"
  }

  /// Puts a value into each gap, `{{name}}`. What a value holds is not looked at.
  static func filled(_ values: [String: [UInt8]]) -> [UInt8] {
    var page: [UInt8] = []
    var rest = html[...]
    let (start, end) = (Array("{{".utf8), Array("}}".utf8))
    while let open = rest.firstRange(of: start), let close = rest[open.upperBound...].firstRange(of: end) {
      page += rest[..<open.lowerBound]
      page += values[String(decoding: rest[open.upperBound..<close.lowerBound], as: UTF8.self)] ?? []
      rest = rest[close.upperBound...]
    }
    return page + rest
  }

  private static func bytes(_ text: sv_text) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: text.bytes, count: text.size))
  }
}

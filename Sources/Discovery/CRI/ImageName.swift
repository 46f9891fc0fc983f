/// The parts of an image's name: `registry:5000/team/portal:1.2@sha256:...`.
struct ImageName: Equatable {
  /// Without tag and digest.
  var repository: String
  var tag: String?
  /// With its algorithm: `sha256:...`.
  var digest: String?

  init(_ name: String) {
    var rest = name[...]
    if let at = rest.lastIndex(of: "@") {
      digest = String(rest[rest.index(after: at)...])
      rest = rest[..<at]
    }
    // A colon before the last slash is of the registry's port.
    let last = rest.lastIndex(of: "/") ?? rest.startIndex
    if let colon = rest[last...].lastIndex(of: ":") {
      tag = String(rest[rest.index(after: colon)...])
      rest = rest[..<colon]
    }
    repository = String(rest)
  }

  /// An image's id, as runtimes write it: the digest of its configuration, with or without its algorithm.
  ///
  /// - Returns: without the algorithm; nil: it is no id.
  static func id(_ text: String) -> String? {
    let digits = text.hasPrefix("sha256:") ? text.dropFirst("sha256:".count) : text[...]
    let isID = digits.utf8.count == 64 && digits.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 }
    return isID ? String(digits) : nil
  }
}

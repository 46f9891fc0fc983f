/// A host and maybe a port, as people write them.
package enum HostAndPort {
  /// `host`, `host:port`, `[::1]`, `[::1]:port`.
  /// nil: none of these.
  package static func parse(_ text: Substring) -> (host: String, port: UInt16?)? {
    var host = text
    var port: UInt16?
    let isBracketed = text.hasPrefix("[")
    let end = isBracketed ? text.firstIndex(of: "]").map(text.index(after:)) : text.lastIndex(of: ":")
    guard !isBracketed || end != nil else { return nil }
    if let end, end != text.endIndex {
      let digits = text[text.index(after: end)...]
      guard text[end] == ":", digits.first != "+", let number = UInt16(digits), number > 0 else { return nil }
      (host, port) = (text[..<end], number)
    }
    if isBracketed { host = host.dropFirst().dropLast() }
    guard !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"/[]@".utf8.contains($0) }),
      isBracketed || !host.contains(":")
    else { return nil }
    return (String(host), port)
  }
}

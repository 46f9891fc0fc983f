/// Framing for TCP and TLS (RFC 6587, section 3.4.1, and RFC 5425, section 4.3): `MSG-LEN SP SYSLOG-MSG`.
enum OctetCounting {
  static func append(_ message: [UInt8], to bytes: inout [UInt8]) {
    bytes.append(contentsOf: String(message.count).utf8)
    bytes.append(UInt8(ascii: " "))
    bytes.append(contentsOf: message)
  }
}

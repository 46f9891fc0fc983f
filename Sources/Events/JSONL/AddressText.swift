internal import Glibc

/// IPv4 and IPv6 addresses as text.
enum AddressText {
  /// - Parameter address: 16 bytes in network byte order.
  /// - Returns: nil: of another family.
  static func text(_ address: UnsafeRawBufferPointer, family: Int32) -> String? {
    guard family == AF_INET || family == AF_INET6, address.count >= 16 else { return nil }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
      inet_ntop(family, address.baseAddress, text.baseAddress, socklen_t(text.count)).map { String(cString: $0) }
    }
  }

  /// - Returns: 16 bytes, and the family; nil: no address.
  static func bytes(_ text: String) -> (bytes: [UInt8], family: Int32)? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let family = text.contains(":") ? AF_INET6 : AF_INET
    return inet_pton(family, text, &bytes) == 1 ? (bytes, family) : nil
  }
}

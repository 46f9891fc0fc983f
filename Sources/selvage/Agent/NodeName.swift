internal import Capture
internal import Glibc

/// What names this node and its boot.
enum NodeName {
  static var host: String {
    var name = utsname()
    uname(&name)
    return text(of: name.nodename)
  }

  static var kernel: String {
    var name = utsname()
    uname(&name)
    return text(of: name.release)
  }

  /// As the kernel made it at boot: a UUID.
  static var bootID: String {
    let bytes = (try? readWholeFile("/proc/sys/kernel/random/boot_id", limit: 64)) ?? []
    return String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
  }

  private static func text<Characters>(of characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

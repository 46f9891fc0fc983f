internal import Glibc
internal import SystemPackage

/// When a file has so many bytes that the next line would make it larger than that, it becomes `PATH.1`, the one of that
/// name `PATH.2`, and so on; the last goes.
struct FileRotation {
  let path: String
  let bytes: Int
  /// Older files, from 1.
  let keep: Int

  /// After it the path is free.
  func rotate() throws(DeliveryError) {
    for number in stride(from: keep - 1, through: 0, by: -1) {
      let name = number == 0 ? path : "\(path).\(number)"
      guard rename(name, "\(path).\(number + 1)") != 0 else { continue }
      let failure = errno
      // Not as many yet; or somebody else has moved it away.
      guard failure == ENOENT else { throw .system(what: "rename \(name)", Errno(rawValue: failure)) }
    }
  }
}

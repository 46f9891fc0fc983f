internal import Glibc

/// Reads a file of bounded size.
package enum FileReader {
  package enum Failure: Error {
    case system(errno: Int32)
    case notRegular
    case tooLong
  }

  /// - Parameter limit: bytes; a longer file isn't read.
  package static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    // Opening a FIFO or a device must not wait.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw .system(errno: errno) }
    defer { close(descriptor) }
    return try read(descriptor, limit: limit)
  }

  /// Of what is open, which stays so.
  static func read(_ descriptor: Int32, limit: Int) throws(Failure) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
    guard status.st_size <= limit else { throw .tooLong }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size) + 1)
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      guard count >= 0 else {
        let code = errno
        if code == EINTR { continue }
        throw .system(errno: code)
      }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      // It may have grown, or have told no size.
      guard bytes.count <= limit else { throw .tooLong }
    }
  }
}

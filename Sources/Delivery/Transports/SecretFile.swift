internal import Events
internal import Glibc
internal import SystemPackage

/// A file of lines that only its owner may read, as there may be secrets in it.
struct SecretFile {
  private static let longestFile = 65_536

  let path: String

  /// As errors show it.
  var name: String { EscapedText.escaped(path.utf8, limit: 4096) }

  /// Reads the file.
  /// - Returns: numbers from 1, and lines without their ends; no empty ones, and none that begins with `#`.
  /// - Throws: ``DeliveryError/setting(_:)`` also for a file that others than its owner may have access to.
  func lines() throws(DeliveryError) -> [(number: Int, text: String)] {
    zip(1..., try read()).filter { !$0.1.isEmpty && !$0.1.hasPrefix("#") }.map { ($0.0, $0.1) }
  }

  private func read() throws(DeliveryError) -> [String] {
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
      return try file.closeAfter {
        var status = stat()
        guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 == 0 else {
          throw DeliveryError.setting("\(name): only its owner may have access to it (chmod 600)")
        }
        guard status.st_size <= Self.longestFile else { throw DeliveryError.setting("\(name): it has more than 64 KiB") }
        let bytes = try [UInt8](unsafeUninitializedCapacity: Self.longestFile) { room, count in
          count = 0
          while count < room.count {
            let read = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(room)[count...]))
            if read == 0 { break }
            count += read
          }
        }
        return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
          .map { String(decoding: $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0, as: UTF8.self) }
      }
    } catch let error as Errno {
      throw .system(what: "read \(name)", error)
    } catch let error as DeliveryError {
      throw error
    } catch {
      throw .setting("\(name) can't be read")
    }
  }
}

internal import ArgumentParser
internal import Events
internal import Glibc
internal import SystemPackage

/// Where a page goes: to a file that is there whole or not at all, and that only its owner can read; or to standard
/// output.
struct PageFile {
  /// nil: standard output.
  private let path: String?
  private let overwrites: Bool

  /// Says at once what can't come to a good end.
  init(_ path: String?, overwrites: Bool) throws {
    self.path = path == "-" ? nil : path
    self.overwrites = overwrites
    guard let path = self.path else {
      guard isatty(STDOUT_FILENO) == 0 else {
        Console.say("selvage: a page is nothing to read in a terminal; name a file: -o FILE")
        throw ExitStatus.refused
      }
      return
    }
    var status = stat()
    guard !overwrites, lstat(path, &status) == 0 else { return }
    Console.say("selvage: \(Self.shown(path)) is there; give --overwrite to replace it")
    throw ExitStatus.refused
  }

  func write(_ page: [UInt8]) throws {
    do throws(Errno) {
      if let path { try put(page, at: path) } else { try Self.write(page, to: STDOUT_FILENO) }
    } catch {
      Console.say("selvage: \(path.map(Self.shown) ?? "standard output"): \(error)")
      throw ExitStatus.failed
    }
  }

  /// Under a name of its own first: who looks meanwhile sees the old page, or none.
  private func put(_ page: [UInt8], at path: String) throws(Errno) {
    let fresh = "\(path).\(getpid()).new"
    let descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    defer { unlink(fresh) }
    do throws(Errno) { try Self.write(page, to: descriptor) } catch {
      close(descriptor)
      throw error
    }
    guard close(descriptor) == 0 else { throw Errno(rawValue: errno) }
    // What came there since the start stays, unless it was to be replaced.
    guard (overwrites ? rename(fresh, path) : link(fresh, path)) == 0 else { throw Errno(rawValue: errno) }
  }

  private static func write(_ page: [UInt8], to descriptor: CInt) throws(Errno) {
    var rest = page[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      let number = errno
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if number != EINTR {
        throw Errno(rawValue: number)
      }
    }
  }

  private static func shown(_ path: String) -> String { EscapedText.escaped(path.utf8, limit: 4096) }
}

internal import Glibc

/// A folder whose files are opened by names below it alone: links are followed as far as they stay in it, whatever
/// somebody makes of the names meanwhile.
struct ConfinedFolder: ~Copyable {
  enum Failure: Error {
    case system(Int32)
    /// A link leads out of the folder.
    case leavesFolder
    case tooManyLinks
  }

  private let root: Int32

  private static let maximumLinks = 16
  private static let longestLink = 4096

  /// - Parameter name: of a folder in `parent`; a link is none.
  init(_ name: String, in parent: Int32) throws(Failure) {
    root = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if root < 0 { throw .system(errno) }
  }

  deinit { close(root) }

  /// Opens what a path leads to, for reading. Who gets the descriptor closes it.
  ///
  /// - Parameters:
  ///   - path: names below the folder; none: itself.
  ///   - check: is called with every folder on the way, itself included, and with what the path leads to.
  func open<Refusal: Error>(
    _ path: [String], check: (stat) throws(Refusal) -> Void, failed: (Failure) -> Refusal
  ) throws(Refusal) -> Int32 {
    // Folders from the root down to where the walk is; the root stays open.
    var folders: [Int32] = []
    defer { for folder in folders { close(folder) } }
    var names = Array(path.reversed())
    var links = 0
    try check(try status(root, failed))
    while let name = names.popLast() {
      if name == "." || name.isEmpty { continue }
      if name == ".." {
        guard let left = folders.popLast() else { throw failed(.leavesFolder) }
        close(left)
        continue
      }
      let parent = folders.last ?? root
      // Opening a FIFO or a device must not wait.
      let opened = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
      if opened < 0 {
        let code = errno
        guard code == ELOOP else { throw failed(.system(code)) }
        links += 1
        guard links <= Self.maximumLinks else { throw failed(.tooManyLinks) }
        names += try target(of: name, in: parent, failed).reversed()
        continue
      }
      folders.append(opened)
      try check(try status(opened, failed))
    }
    // What is opened last is handed over.
    guard let last = folders.popLast() else {
      let copy = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      if copy < 0 { throw failed(.system(errno)) }
      return copy
    }
    return last
  }

  private func status<Refusal: Error>(_ descriptor: Int32, _ failed: (Failure) -> Refusal) throws(Refusal) -> stat {
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw failed(.system(errno)) }
    return status
  }

  private func target<Refusal: Error>(
    of link: String, in folder: Int32, _ failed: (Failure) -> Refusal
  ) throws(Refusal) -> [String] {
    var buffer = [UInt8](repeating: 0, count: Self.longestLink)
    let count = buffer.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { bytes in
        bytes.baseAddress.map { readlinkat(folder, link, $0, bytes.count) } ?? 0
      }
    }
    if count < 0 { throw failed(.system(errno)) }
    guard let text = String(validating: buffer[..<count], as: UTF8.self) else { throw failed(.system(EILSEQ)) }
    if text.hasPrefix("/") { throw failed(.leavesFolder) }
    return text.split(separator: "/").map(String.init)
  }
}

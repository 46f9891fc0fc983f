internal import Glibc
internal import Synchronization
internal import SystemPackage

/// The spool's files, and that nobody else writes them: until ``release()``, or as long as this lives.
final class SpoolFile: Sendable {
  /// With no symbolic link on the way.
  let path: String
  /// Negative: it was given back.
  private let lock: Mutex<Int32>

  /// Beside the database: what was set aside when it was damaged.
  var damagedPath: String { path + ".damaged" }
  /// Beside it too: what is to take its place.
  var newPath: String { path + ".new" }

  /// Makes the folder (the last one of the path) and the file where there is none, for their owner alone.
  init(_ path: String) throws(SpoolError) {
    guard path.hasPrefix("/"), !path.utf8.contains(0), let slash = path.lastIndex(of: "/"), !path.hasSuffix("/") else {
      throw .refused("the spool's path must be absolute, and of a file: \(path)")
    }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    if mkdir(folder, 0o700) != 0, errno != EEXIST { throw Self.failure("mkdir \(folder)") }
    guard let resolved = realpath(folder, nil) else { throw Self.failure(folder) }
    defer { free(resolved) }
    let real = String(cString: resolved)
    self.path = (real == "/" ? "" : real) + path[slash...]
    try Self.checkFolder(real)
    lock = Mutex(try Self.hold(self.path + ".lock"))
    var status = stat()
    if lstat(self.path, &status) != 0, lstat(newPath, &status) == 0 { try finishReplacing() }
    try Self.makeFile(self.path)
  }

  deinit { release() }

  /// Another may open it.
  func release() {
    lock.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
  }

  private static func failure(_ what: String) -> SpoolError { .failed("\(what): \(Errno(rawValue: errno))") }

  /// Whoever may write there could put another file in the spool's place.
  private static func checkFolder(_ folder: String) throws(SpoolError) {
    var status = stat()
    guard stat(folder, &status) == 0 else { throw failure(folder) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .refused("\(folder) is no folder") }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw .refused("\(folder) belongs to user \(status.st_uid): the spool must be in a folder of root's, or of who runs this")
    }
    guard status.st_mode & 0o022 == 0 else {
      throw .refused("\(folder) may be written to by others: chmod go-w \(folder)")
    }
  }

  /// A file of its own, as closing any descriptor of the database would end SQLite's locks on it.
  private static func hold(_ path: String) throws(SpoolError) -> Int32 {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0o600)
    guard descriptor >= 0 else { throw failure("open \(path)") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let number = errno
      close(descriptor)
      guard number == EWOULDBLOCK else { throw .failed("flock \(path): \(Errno(rawValue: number))") }
      throw .refused("another agent has this spool open (\(path) is locked)")
    }
    return descriptor
  }

  /// Before SQLite opens it: which gives its other files the same mode.
  private static func makeFile(_ path: String) throws(SpoolError) {
    let made = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    if made >= 0 {
      close(made)
    } else if errno != EEXIST {
      throw failure("open \(path)")
    }
    var status = stat()
    guard lstat(path, &status) == 0 else { throw failure(path) }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
      throw .refused("\(path) is no plain file with one name")
    }
    guard status.st_uid == geteuid() else { throw .refused("\(path) belongs to user \(status.st_uid)") }
    if status.st_mode & 0o077 != 0, chmod(path, 0o600) != 0 { throw failure("chmod \(path)") }
  }

  func logBytes() -> Int {
    var status = stat()
    return stat(path + "-wal", &status) == 0 ? Int(status.st_size) : 0
  }

  // MARK: - Damage

  /// An empty file for a database that is to take the place of this one.
  func makeNew() throws(SpoolError) {
    for ending in Self.endings { unlink(newPath + ending) }
    try Self.makeFile(newPath)
  }

  /// Gives the database another name, with its log, in place of one that was set aside before; the new one takes its place. Nobody
  /// has either open. Were this cut short after the first step, ``init(_:)`` would do the last.
  func replace() throws(SpoolError) {
    for ending in Self.endings { unlink(damagedPath + ending) }
    for ending in ["", "-wal"] where rename(path + ending, damagedPath + ending) != 0 && errno != ENOENT {
      throw Self.failure("rename \(path)\(ending)")
    }
    unlink(path + "-shm")
    try finishReplacing()
  }

  private func finishReplacing() throws(SpoolError) {
    guard rename(newPath, path) == 0 else { throw Self.failure("rename \(newPath)") }
    for ending in Self.endings { unlink(newPath + ending) }
  }

  private static let endings = ["", "-wal", "-shm"]
}

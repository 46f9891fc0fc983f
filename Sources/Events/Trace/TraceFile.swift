internal import Glibc

/// An open trace file, pipe or standard stream; closed when it goes out of scope.
struct TraceFile: ~Copyable {
  let name: String
  /// -1: what is read is in memory.
  private let descriptor: Int32
  /// What was read, or is in memory, and comes before all else.
  private(set) var ahead: [UInt8] = []
  private var aheadUsed = 0

  /// Takes the descriptor over.
  private init(name: String, owning descriptor: Int32) {
    self.name = name
    self.descriptor = descriptor
  }

  deinit {
    if descriptor >= 0 { _ = close(descriptor) }
  }

  static func memory(_ bytes: [UInt8], name: String) -> TraceFile {
    var file = TraceFile(name: name, owning: -1)
    file.ahead = bytes
    return file
  }

  /// Creates a file that only its owner can read: records hold command lines and so, at times, secrets.
  ///
  /// A symbolic link is not followed: the agent writes as root, perhaps where others can plant one.
  /// - Parameter overwrites: otherwise an existing file is an error.
  static func create(_ path: String, overwrites: Bool) throws(TraceError) -> TraceFile {
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | (overwrites ? 0 : O_EXCL)
    let file = try open(path, flags)
    // A file that was there keeps its mode through O_TRUNC; so nothing is written before others are shut out.
    guard overwrites, file.isRegular else { return file }
    if fchmod(file.descriptor, 0o600) != 0 { throw file.failure("fchmod") }
    if ftruncate(file.descriptor, 0) != 0 { throw file.failure("ftruncate") }
    return file
  }

  /// Symbolic links are followed: reading one harms nobody.
  static func read(_ path: String) throws(TraceError) -> TraceFile {
    try open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
  }

  /// - Parameter descriptor: duplicated, so that the caller's stays the caller's.
  static func duplicate(_ descriptor: Int32, name: String) throws(TraceError) -> TraceFile {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    let number = errno
    guard copy >= 0 else { throw TraceError(file: name, offset: 0, .system("fcntl", number)) }
    return TraceFile(name: name, owning: copy)
  }

  private static func open(_ path: String, _ flags: Int32) throws(TraceError) -> TraceFile {
    // The kernel would see another, shorter name.
    guard !path.utf8.contains(0) else { throw TraceError(file: path, offset: 0, .system("open", EINVAL)) }
    let descriptor = Glibc.open(path, flags, 0o600)
    let number = errno
    guard descriptor >= 0 else { throw TraceError(file: path, offset: 0, .system("open", number)) }
    return TraceFile(name: path, owning: descriptor)
  }

  /// Looks at the first bytes, to tell what the file is: ``ahead`` has them, and they are still read.
  mutating func lookAhead(_ count: Int) throws(TraceError) {
    guard descriptor >= 0 else { return }
    let start = TraceBuffer(byteCount: count)
    let got = try read(into: start.bytes)
    ahead = Array(start.bytes[..<got])
    aheadUsed = 0
  }

  /// Reads until `buffer` is full or the file ends.
  /// - Returns: bytes read.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(TraceError) -> Int {
    var filled = takeAhead(into: buffer)
    while filled < buffer.count {
      let count = try readSome(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// Reads what there is, at least a byte unless the file ends; waits for it.
  /// - Returns: bytes read; 0 at the end.
  mutating func readSome(into buffer: UnsafeMutableRawBufferPointer) throws(TraceError) -> Int {
    let taken = takeAhead(into: buffer)
    guard taken == 0, descriptor >= 0, !buffer.isEmpty else { return taken }
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      let number = errno
      if count >= 0 { return count }
      try recover(POLLIN, number, "read")
    }
  }

  private mutating func takeAhead(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, ahead.count - aheadUsed)
    guard count > 0 else { return 0 }
    ahead.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[aheadUsed..<aheadUsed + count])) }
    aheadUsed += count
    return count
  }

  /// Writes all of `bytes`.
  func write(_ bytes: UnsafeRawBufferPointer) throws(TraceError) {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
      let number = errno
      if count >= 0 { written += count } else { try recover(POLLOUT, number, "write") }
    }
  }

  func write(_ bytes: RawSpan) throws(TraceError) {
    try bytes.withUnsafeBytes { (buffer) throws(TraceError) in try write(buffer) }
  }

  /// Waits until the kernel has the bytes on disk. Nothing for a pipe or device, which can't promise that.
  func sync() throws(TraceError) {
    guard isRegular else { return }
    if fsync(descriptor) != 0 { throw failure("fsync") }
  }

  /// nil: a pipe or device.
  var sizeBytes: UInt64? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return UInt64(status.st_size)
  }

  private var isRegular: Bool { sizeBytes != nil }

  /// Standard streams may be non-blocking, when another program that shares them made them so.
  private func recover(_ event: Int32, _ number: Int32, _ call: String) throws(TraceError) {
    if number == EINTR { return }
    guard number == EAGAIN else { throw TraceError(file: name, offset: 0, .system(call, number)) }
    var wanted = pollfd(fd: descriptor, events: Int16(event), revents: 0)
    _ = poll(&wanted, 1, -1)
  }

  private func failure(_ call: String) -> TraceError { TraceError(file: name, offset: 0, .system(call, errno)) }
}

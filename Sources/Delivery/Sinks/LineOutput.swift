internal import Glibc
internal import SystemPackage

/// An open file or stream that never makes its thread wait, but for a disk; closed when it goes out of scope.
struct LineOutput: ~Copyable {
  enum Written {
    case written(Int)
    /// The errno; EAGAIN: wait until it is writable.
    case failed(Int32)
  }

  private enum Manner {
    /// A file, or a stream with a non-blocking description of its own: as much as it takes, at once.
    case direct
    case socket
    /// A stream whose description is shared with those who expect it to block: no more than poll promises room for.
    case careful
  }

  let name: String
  let descriptor: Int32
  private let manner: Manner

  private init(name: String, owning descriptor: Int32, _ manner: Manner) {
    self.name = name
    self.descriptor = descriptor
    self.manner = manner
  }

  deinit { _ = close(descriptor) }

  /// Bytes of a file; nil: it is none.
  var fileBytes: Int? {
    var file = stat()
    return fstat(descriptor, &file) == 0 && file.st_mode & S_IFMT == S_IFREG ? Int(file.st_size) : nil
  }

  /// Cuts off what a file ends with and was written last: a part of a line, on a disk that was full.
  /// - Returns: whether that was possible; not if somebody else has written behind it.
  func takeBack(_ bytes: Int) -> Bool {
    guard let size = fileBytes, bytes <= size, lseek(descriptor, 0, SEEK_CUR) == size else { return false }
    return ftruncate(descriptor, size - bytes) == 0
  }

  /// Whether a file ends within a line, as after a power cut.
  var endsWithinLine: Bool {
    guard let size = fileBytes, size > 0 else { return false }
    // Its own is only for writing.
    let reading = open("/proc/self/fd/\(descriptor)", O_RDONLY | O_CLOEXEC)
    guard reading >= 0 else { return false }
    defer { _ = close(reading) }
    var last: UInt8 = 0
    return pread(reading, &last, 1, size - 1) == 1 && last != UInt8(ascii: "\n")
  }

  /// Creates the file with mode 0640 (less the umask) where there is none.
  init(appendingTo path: String) throws(DeliveryError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw .setting("a file name is empty or has a zero byte in it")
    }
    // Non-blocking is for a named pipe without a reader: an error now, not a start that hangs.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o640)
    let number = errno
    guard descriptor >= 0 else { throw .system(what: "open \(path)", Errno(rawValue: number)) }
    self.init(name: path, owning: descriptor, .direct)
  }

  /// - Parameters:
  ///   - original: stays the caller's, and as it is: whoever else has it may count on its blocking.
  ///   - canReopen: whether /proc may be asked for a description of its own; where that fails, it does without.
  init(duplicating original: Int32, name: String, canReopen: Bool = true) throws(DeliveryError) {
    var file = stat()
    let result = fstat(original, &file)
    let number = errno
    guard result == 0 else { throw .system(what: name, Errno(rawValue: number)) }
    let kind = file.st_mode & S_IFMT
    if canReopen, kind != S_IFREG, kind != S_IFSOCK {
      // Through /proc a pipe or terminal gets a second description, with flags of its own. A file would lose its
      // offset.
      let own = open("/proc/self/fd/\(original)", O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
      if own >= 0 {
        self.init(name: name, owning: own, .direct)
        return
      }
    }
    let copy = fcntl(original, F_DUPFD_CLOEXEC, 0)
    let failure = errno
    guard copy >= 0 else { throw .system(what: name, Errno(rawValue: failure)) }
    self.init(name: name, owning: copy, kind == S_IFREG ? .direct : kind == S_IFSOCK ? .socket : .careful)
  }

  /// One system call; all of the bytes where there is room.
  func write(_ bytes: RawSpan) -> Written {
    bytes.withUnsafeBytes { bytes in
      let count: Int
      switch manner {
      case .direct: count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
      case .socket:
        let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
        count = send(descriptor, bytes.baseAddress, bytes.count, flags)
      case .careful:
        var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&polled, 1, 0) > 0 else { return .failed(EAGAIN) }
        count = Glibc.write(descriptor, bytes.baseAddress, min(bytes.count, Int(PIPE_BUF)))
      }
      let number = errno
      return count < 0 ? .failed(number) : .written(count)
    }
  }
}

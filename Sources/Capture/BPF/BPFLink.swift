internal import CLibbpf
internal import SystemPackage

/// A program attached to its hook, for as long as this lives.
final class BPFLink {
  private let link: OpaquePointer

  private init(_ link: OpaquePointer) { self.link = link }

  deinit { bpf_link__destroy(link) }

  /// Attaches a tracepoint or an iterator by what its section name says.
  init(attaching program: OpaquePointer) throws(CaptureError) {
    guard let link = bpf_program__attach(program) else { throw Self.failure(program, Errno.current) }
    self.link = link
  }

  /// Attaches a cgroup program; it holds for the whole subtree, beside programs of others.
  init(attaching program: OpaquePointer, toCgroup directory: CInt) throws(CaptureError) {
    guard let link = bpf_program__attach_cgroup(program, directory) else {
      throw Self.failure(program, Errno.current)
    }
    self.link = link
  }

  /// For iterators: a file that runs the program over everything as it is read. The caller closes it.
  func openIterator() throws(CaptureError) -> FileDescriptor {
    let descriptor = bpf_iter_create(bpf_link__fd(link))
    guard descriptor >= 0 else { throw .operation("starting an iterator", Errno.current) }
    return FileDescriptor(rawValue: descriptor)
  }

  private static func failure(_ program: OpaquePointer, _ errno: Errno) -> CaptureError {
    .program(name: String(cString: bpf_program__name(program)), errno, log: takeLog())
  }
}

internal import CLibbpf
internal import SystemPackage

/// Drains the kernel's ring of records. One thread.
final class RingBuffer {
  /// Passed to libbpf; at a fixed address for the ring's life.
  private struct Context {
    var handler: ((RawSpan) -> Void)?
    /// Records left before the drain pauses.
    var budget: Int
  }

  private let context: UnsafeMutablePointer<Context>
  private let ring: OpaquePointer

  init(map: OpaquePointer) throws(CaptureError) {
    let context = UnsafeMutablePointer<Context>.allocate(capacity: 1)
    context.initialize(to: Context(handler: nil, budget: 0))
    let ring = ring_buffer__new(
      bpf_map__fd(map),
      { context, bytes, size in
        guard let context = context?.assumingMemoryBound(to: Context.self), let bytes else { return 0 }
        context.pointee.handler?(RawSpan(_unsafeStart: UnsafeRawPointer(bytes), byteCount: size))
        context.pointee.budget -= 1
        return context.pointee.budget > 0 ? 0 : -ECANCELED
      }, context, nil)
    guard let ring else {
      let errno = Errno.current
      context.deinitialize(count: 1)
      context.deallocate()
      throw .operation("mapping the ring", errno)
    }
    self.context = context
    self.ring = ring
  }

  deinit {
    ring_buffer__free(ring)
    context.deinitialize(count: 1)
    context.deallocate()
  }

  /// Readable when records wait.
  var descriptor: FileDescriptor { FileDescriptor(rawValue: ring_buffer__epoll_fd(ring)) }

  /// Hands over the records that wait, at most `limit`. Returns whether more wait.
  func drain(limit: Int, _ body: (RawSpan) -> Void) throws(CaptureError) -> Bool {
    let result = withoutActuallyEscaping(body) { body in
      context.pointee.handler = body
      context.pointee.budget = limit
      defer { context.pointee.handler = nil }
      return ring_buffer__consume(ring)
    }
    if result == -ECANCELED { return true }
    guard result >= 0 else { throw .operation("reading the ring", Errno(rawValue: -result)) }
    return false
  }
}

private let ECANCELED: CInt = Errno.canceled.rawValue

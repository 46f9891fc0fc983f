internal import CLibbpf
internal import Glibc
internal import SystemPackage

/// Drains the kernel's ring of records. One thread.
///
/// Not libbpf's reader: it goes on as long as there is something, and what the agent finds out elsewhere must find its
/// place between records that were in the ring before and those that came after. The layout is the kernel's ABI
/// (kernel/bpf/ringbuf.c): a page with the reader's position, which alone is written here; a page with the writers'; the
/// data, mapped twice in a row so that no record is torn. Positions only grow.
final class RingBuffer {
  private let map: CInt
  private let consumer: UnsafeMutableRawPointer
  private let producer: UnsafeRawPointer
  private let data: UnsafeRawPointer
  private let size: Int
  private static let page = Int(sysconf(CInt(_SC_PAGESIZE)))

  init(map: OpaquePointer) throws(CaptureError) {
    self.map = bpf_map__fd(map)
    size = Int(bpf_map__max_entries(map))
    let own = mmap(nil, Self.page, PROT_READ | PROT_WRITE, MAP_SHARED, self.map, 0)
    guard let own, own != MAP_FAILED else { throw .operation("mapping the ring", Errno.current) }
    let rest = mmap(nil, Self.page + 2 * size, PROT_READ, MAP_SHARED, self.map, off_t(Self.page))
    guard let rest, rest != MAP_FAILED else {
      let errno = Errno.current
      munmap(own, Self.page)
      throw .operation("mapping the ring", errno)
    }
    consumer = own
    producer = UnsafeRawPointer(rest)
    data = UnsafeRawPointer(rest) + Self.page
  }

  deinit {
    munmap(consumer, Self.page)
    munmap(UnsafeMutableRawPointer(mutating: producer), Self.page + 2 * size)
  }

  /// Readable when records wait.
  var descriptor: FileDescriptor { FileDescriptor(rawValue: map) }

  /// Records whose writing has begun end here.
  var written: UInt { selvage_load_position(producer) }

  /// Records handed over so far end here.
  var read: UInt { selvage_load_position(consumer) }

  /// Hands over the records that wait, at most `limit`, and none that begins at `end` or after. Stops at one that is
  /// being written. Returns whether more can be had at once.
  func drain(limit: Int, upTo end: UInt, _ body: (RawSpan) -> Void) -> Bool {
    var position = read
    var budget = limit
    while position < end, budget > 0 {
      let head = data + Int(position & UInt(size - 1))
      let length = selvage_load_length(head)
      if length & UInt32(BPF_RINGBUF_BUSY_BIT) != 0 { return false }
      let count = Int(length & ~UInt32(BPF_RINGBUF_DISCARD_BIT))
      if length & UInt32(BPF_RINGBUF_DISCARD_BIT) == 0 {
        body(RawSpan(_unsafeStart: head + Int(BPF_RINGBUF_HDR_SZ), byteCount: count))
        budget -= 1
      }
      position += UInt((count + Int(BPF_RINGBUF_HDR_SZ) + 7) & ~7)
      selvage_store_position(consumer, position)
    }
    return position < written
  }
}

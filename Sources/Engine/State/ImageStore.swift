import Events

/// Process images by slot, each freed when the last process that runs it is gone.
struct ImageStore: ~Copyable {
  /// Not an array: what is asked of an image is asked in place, and none is ever copied.
  private var images: UnsafeMutableBufferPointer<ProcessImage>
  /// Of ``images``, those that are there.
  private var count = 0
  private var free: [Int32] = []

  init() { images = .allocate(capacity: 1024) }

  deinit {
    for slot in 0..<count { images.deinitializeElement(at: slot) }
    images.deallocate()
  }

  subscript(slot: Int32) -> ProcessImage { _read { yield images[Int(slot)] } }

  /// Stores a new image, with one reference.
  mutating func insert(_ process: borrowing ProcessRecord) -> Int32 {
    let slot = free.popLast() ?? added()
    images[Int(slot)].fill(from: process)
    images[Int(slot)].references = 1
    return slot
  }

  mutating func retain(_ slot: Int32) {
    if slot >= 0 { images[Int(slot)].references += 1 }
  }

  mutating func release(_ slot: Int32) {
    guard slot >= 0 else { return }
    images[Int(slot)].references -= 1
    if images[Int(slot)].references == 0 { free.append(slot) }
  }

  private mutating func added() -> Int32 {
    if count == images.count {
      let larger = UnsafeMutableBufferPointer<ProcessImage>.allocate(capacity: count * 2)
      _ = larger.moveInitialize(fromContentsOf: images)
      images.deallocate()
      images = larger
    }
    images.initializeElement(at: count, to: ProcessImage())
    count += 1
    return Int32(count - 1)
  }
}

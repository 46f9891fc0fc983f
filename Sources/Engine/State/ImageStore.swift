import Events

/// Process images by slot, each freed when the last process that runs it is gone.
struct ImageStore {
  private var images: [ProcessImage] = []
  private var free: [Int32] = []

  subscript(slot: Int32) -> ProcessImage { _read { yield images[Int(slot)] } }

  /// Stores a new image, with one reference.
  mutating func insert(_ process: borrowing ProcessRecord) -> Int32 {
    let slot: Int32
    if let reused = free.popLast() {
      slot = reused
    } else {
      slot = Int32(images.count)
      images.append(ProcessImage())
    }
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
}

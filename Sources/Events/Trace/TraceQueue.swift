internal import Glibc

/// The blocks between the thread that fills them and the one that writes them: a fixed number, passed to and fro.
///
/// Unchecked: every property is used under the mutex.
final class TraceQueue: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private let blocks: Int
  private var free: [TraceBlock]
  /// Oldest first. A handful at most: taking the first moves less than a ring's bookkeeping would cost to read.
  private var full: [TraceBlock] = []
  private var isClosed = false
  private var status = TraceWriterStatus()

  init(blocks: Int) {
    mutex = .allocate(capacity: 1)
    changed = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
    self.blocks = max(blocks, 2)
    free = (0..<self.blocks).map { _ in TraceBlock() }
    full.reserveCapacity(free.count)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  // The side that fills.

  /// An empty block; nil: the writing thread has them all.
  func takeFree() -> TraceBlock? { locked { free.popLast() } }

  /// Blocks wait to be written.
  var isBehind: Bool { locked { !full.isEmpty } }

  /// Hands a block over. There is always room.
  func put(_ block: TraceBlock) {
    locked {
      full.append(block)
      pthread_cond_broadcast(changed)
    }
  }

  /// No more blocks will come.
  func close() {
    locked {
      isClosed = true
      pthread_cond_broadcast(changed)
    }
  }

  // The side that writes.

  /// Waits for a filled block. nil: closed, and all are written.
  func next() -> TraceBlock? {
    locked {
      while full.isEmpty && !isClosed { pthread_cond_wait(changed, mutex) }
      return full.isEmpty ? nil : full.removeFirst()
    }
  }

  /// Empties a block and gives it back; one above the queue's number goes.
  func giveBack(_ block: TraceBlock) {
    block.reset()
    locked {
      if free.count < blocks { free.append(block) }
      pthread_cond_broadcast(changed)
    }
  }

  // Either side, and whoever watches.

  func update(_ change: (inout TraceWriterStatus) -> Void) { locked { change(&status) } }

  func snapshot() -> TraceWriterStatus { locked { status } }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }
}

internal import Glibc

/// The thread that compresses and writes blocks.
///
/// Unchecked: `file` and `encoder` are used by the thread only, until it is joined.
final class TraceWriterThread: @unchecked Sendable {
  let queue: TraceQueue
  private let file: TraceFile
  private var encoder: TraceBlockEncoder
  private var thread: pthread_t?

  var name: String { file.name }

  init(queue: TraceQueue, file: consuming TraceFile) throws(TraceError) {
    self.queue = queue
    do { encoder = try TraceBlockEncoder() } catch { throw TraceError(file: file.name, offset: 0, error) }
    self.file = file
  }

  func start() throws(TraceError) {
    // Signals are for the program's other threads; and a closed pipe is to be an error here, not SIGPIPE.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    var created = pthread_t()
    let context = Unmanaged.passRetained(self)
    let number = pthread_create(&created, nil, { context in
      guard let context else { return nil }
      Unmanaged<TraceWriterThread>.fromOpaque(context).takeRetainedValue().run()
      return nil
    }, context.toOpaque())
    pthread_sigmask(SIG_SETMASK, &before, nil)
    guard number == 0 else {
      context.release()
      throw TraceError(file: file.name, offset: 0, .system("pthread_create", number))
    }
    thread = created
  }

  /// Waits for the thread, which ends when the queue is closed and empty, and for the disk.
  func finish() {
    guard let thread else { return }
    pthread_join(thread, nil)
    self.thread = nil
    do { try file.sync() } catch {
      queue.update { $0.error = $0.error ?? error }
    }
  }

  private func run() {
    var failed = false
    while let block = queue.next() {
      if failed {
        queue.update { $0.lostRecords &+= UInt64(block.range.count) }
      } else {
        failed = !write(block)
      }
      queue.giveBack(block)
    }
    if !failed { writeIndex() }
  }

  private func writeIndex() {
    do throws(TraceError) {
      let index: [UInt8]
      do { index = try encoder.encodedIndex() } catch { throw TraceError(file: file.name, offset: 0, error) }
      try file.write(index.span.bytes)
      queue.update { $0.writtenBytes &+= UInt64(index.count) }
    } catch {
      queue.update { $0.error = error }
    }
  }

  private func write(_ block: TraceBlock) -> Bool {
    do throws(TraceError) {
      let bytes: UnsafeRawBufferPointer
      do { bytes = try encoder.encode(block) } catch { throw TraceError(file: file.name, offset: 0, error) }
      try file.write(bytes)
      queue.update {
        $0.writtenRecords &+= UInt64(block.range.count)
        $0.writtenBlocks &+= 1
        $0.writtenBytes &+= UInt64(bytes.count)
      }
      return true
    } catch {
      queue.update {
        $0.error = error
        $0.lostRecords &+= UInt64(block.range.count)
      }
      return false
    }
  }
}

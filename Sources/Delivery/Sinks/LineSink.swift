internal import Engine
internal import Glibc
internal import SystemPackage

/// A file or stream that gets a line an alert. A full disk fails the alert at once; a reader that is slow is waited
/// for, as what follows can wait in the queue.
final class LineSink: Sink {
  private var output: LineOutput
  /// nil: what was handed over open has no name.
  private let reopen: (() throws(DeliveryError) -> LineOutput)?
  private let format: (Alert) -> [UInt8]
  /// A write stopped within a line: the next one is not to be taken for its end.
  private var isMidLine = false

  init(
    _ output: consuming LineOutput, reopen: (() throws(DeliveryError) -> LineOutput)? = nil,
    format: @escaping (Alert) -> [UInt8]
  ) {
    self.output = output
    self.reopen = reopen
    self.format = format
  }

  /// Where that fails, alerts go on to where they went, and the reason is noted.
  private func reopenIfAsked(_ queue: SinkQueue) {
    guard let reopen, queue.takeReopen() else { return }
    do throws(DeliveryError) {
      output = try reopen()
      isMidLine = false
    } catch {
      queue.note(error)
    }
  }

  func deliver(_ alert: Alert, queue: SinkQueue) throws(DeliveryError) {
    reopenIfAsked(queue)
    let newline = UInt8(ascii: "\n")
    let ending = isMidLine ? [newline] : []
    let line = ending + format(alert) + [newline]
    var written = 0
    while written < line.count {
      let number: Int32
      switch output.write(line.span.bytes.extracting(written...)) {
      case .written(let count):
        written += count
        if count > 0 { isMidLine = written > ending.count && written < line.count }
        continue
      case .failed(let failure): number = failure
      }
      switch number {
      case EINTR: continue
      case EAGAIN:
        if queue.stopSignal.pause(writable: output.descriptor, milliseconds: nil) == .stopped { throw .stopped }
      default: throw .system(what: "write to \(output.name)", Errno(rawValue: number))
      }
    }
  }
}

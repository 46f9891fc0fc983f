internal import Engine
internal import Glibc
internal import SystemPackage

/// A file or stream that gets a line an alert. A full disk fails the alert at once; a reader that is slow is waited
/// for, as what follows can wait in the queue.
final class LineSink: Sink {
  private let output: LineOutput
  private let format: (Alert) -> [UInt8]
  /// A write stopped within a line: the next one is not to be taken for its end.
  private var isMidLine = false

  init(_ output: consuming LineOutput, format: @escaping (Alert) -> [UInt8]) {
    self.output = output
    self.format = format
  }

  func deliver(_ alert: Alert, queue: SinkQueue) throws(DeliveryError) {
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

internal import Glibc
internal import SystemPackage

/// A file or stream that gets a line an alert. A full disk fails the alert at once; a reader that is slow is waited
/// for, as what follows can wait in the queue.
final class LineSink: Sink {
  private var output: LineOutput
  /// nil: what was handed over open has no name.
  private let open: (() throws(DeliveryError) -> LineOutput)?
  private let rotation: FileRotation?
  private var note: DeliveryError?
  private let format: (OutgoingAlert) -> [UInt8]
  /// A write stopped within a line: the next one is not to be taken for its end.
  private var isMidLine = false

  init(
    _ output: consuming LineOutput, reopen: (() throws(DeliveryError) -> LineOutput)? = nil,
    rotation: FileRotation? = nil, format: @escaping (OutgoingAlert) -> [UInt8]
  ) {
    self.output = output
    open = reopen
    self.rotation = rotation
    isMidLine = self.output.endsWithinLine
    self.format = format
  }

  func reopen() throws(DeliveryError) {
    guard let open else { return }
    output = try open()
    isMidLine = output.endsWithinLine
  }

  func takeNote() -> DeliveryError? {
    defer { note = nil }
    return note
  }

  /// Where that fails, the file grows on: no alert is lost by it.
  private func rotate(before line: Int) {
    guard let rotation, let size = output.fileBytes, size > 0, !isMidLine, size + line > rotation.bytes else { return }
    do throws(DeliveryError) {
      try rotation.rotate()
      try reopen()
    } catch {
      note = error
    }
  }

  func deliver(_ alerts: [OutgoingAlert], stop: StopSignal, confirm: (Int) -> Void) throws(DeliveryError) {
    for (index, alert) in alerts.enumerated() {
      try write(format(alert), stop: stop)
      confirm(index + 1)
    }
  }

  private func write(_ text: [UInt8], stop: StopSignal) throws(DeliveryError) {
    rotate(before: text.count + 1)
    let newline = UInt8(ascii: "\n")
    let ending = isMidLine ? [newline] : []
    let line = ending + text + [newline]
    let wasMidLine = isMidLine
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
      case EAGAIN: if stop.pause(writable: output.descriptor, milliseconds: nil) == .stopped { throw .stopped }
      default:
        if written > 0, output.takeBack(written) { isMidLine = wasMidLine }
        throw .system(what: "write to \(output.name)", Errno(rawValue: number))
      }
    }
  }
}

internal import ArgumentParser
internal import Events
internal import Rules
internal import SystemPackage

/// What `selvage record` does with a stream's records, wherever they come from: filters them, and writes them to a file
/// or to a series of them. Used by one thread at a time.
struct Recording: ~Copyable {
  private var filter: RecordFilter
  private var file: Recorder?
  private var series: RecordSeries?
  private var trigger: Trigger?
  /// Records that the source lost since the last that was kept.
  private var lostBefore: UInt64 = 0
  private var scratch: [UInt8] = []
  /// A command that is recorded alone.
  private var command: RecordedCommand?
  private let arguments: [String]
  /// The command could not be run.
  private(set) var failure: Errno?

  init(_ plan: RecordingPlan) throws {
    filter = RecordFilter(kinds: plan.kinds, condition: plan.condition, hasSubject: !plan.command.isEmpty)
    arguments = plan.command
    if let limits = plan.series {
      series = try RecordSeries(names: SeriesNames(plan.output), limits: limits)
      trigger = plan.trigger.map { Trigger($0) }
    } else {
      file = try Recorder(path: plan.output, overwrites: plan.overwrites)
    }
  }

  /// What opens the stream has come: the command may start.
  mutating func begin() {
    guard !arguments.isEmpty else { return }
    do throws(Errno) {
      let command = try RecordedCommand(arguments)
      filter.subject = DescendantFilter(root: UInt32(command.pid))
      self.command = command
    } catch {
      failure = error
    }
  }

  /// Records that the source had to drop before the next.
  mutating func lost(_ count: UInt64) {
    lostBefore = lostBefore.addingReportingOverflow(count).overflow ? .max : lostBefore + count
  }

  mutating func append(_ record: borrowing Record) {
    trigger?.see(record)
    switch filter.answer(record) {
    case .drop: break
    case .keep: store(record)
    case .keepAsContext:
      scratch.removeAll(keepingCapacity: true)
      record.bytes.withUnsafeBytes { scratch.append(contentsOf: $0) }
      withUnsafeBytes(of: EventKind.task.rawValue) { scratch.replaceSubrange(6..<8, with: $0) }
      let bytes = scratch
      // An exec with another number for its kind, of the same layout: this does not throw.
      if let context = try? Record(number: record.number, bytes: bytes.span.bytes) { store(context) }
    }
  }

  private mutating func store(_ record: borrowing Record) {
    let lost = lostBefore
    lostBefore = 0
    if var series = series.take() {
      if trigger == nil { series.append(record, lostBefore: lost) }
      trigger?.append(record, lostBefore: lost, to: &series)
      self.series = consume series
    } else {
      file?.lost(lost)
      file?.append(record)
    }
  }

  /// About every second.
  ///
  /// - Returns: false when nothing can be written any more.
  mutating func tick() -> Bool {
    if var series = series.take() {
      trigger?.tick(&series)
      let goesOn = series.tick()
      self.series = consume series
      return goesOn
    }
    return file?.tick() ?? true
  }

  /// The command ended, or there is none to wait for.
  var isDone: Bool { failure != nil || filter.subject?.rootHasExited == true }

  /// Waits until all is on disk. Says what was written and how the command ended; errors are said, and end the program.
  consuming func finish(isQuiet: Bool) throws {
    var failed = false
    var summary: String?
    if var series = series.take() {
      summary = series.finish()
      failed = series.failed
    } else if var file = file.take() {
      if lostBefore > 0 { file.lost(lostBefore) }
      summary = file.finish()
      failed = file.failed
    }
    if let failure {
      Console.say("selvage: can't run \(EscapedText.escaped(arguments[0].utf8, limit: 4096)): \(failure)")
      throw ExitStatus.refused
    }
    if let command, let ending = command.failure(hasExited: filter.subject?.rootHasExited == true) {
      Console.say("selvage: the command \(ending)")
    }
    if !isQuiet, let summary { Console.say(summary) }
    if failed { throw ExitStatus.failed }
  }
}

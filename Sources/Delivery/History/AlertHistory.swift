package import Engine
internal import Synchronization

/// The last alerts, in memory, for those who ask the running agent. Bounded, for each tenant and in all: a tenant's noise
/// pushes out its own. Any thread.
package final class AlertHistory: AlertArchive {
  package struct Limits: Sendable, Equatable {
    /// Alerts in all, and of one tenant.
    package var alerts = 10_000
    package var alertsPerTenant = 2_000
    /// Of memory, about; whoever has most of it gives way.
    package var bytes = 32 << 20

    package init() {}
  }

  private struct Contents {
    var tenants: [String?: LineQueue] = [:]
    var count = 0
    var bytes = 0
    var nextNumber: UInt64 = 1
    var readers: [UInt64: ReaderState] = [:]
    var nextReader: UInt64 = 0
    var isClosed = false
  }

  private struct ReaderState {
    let selection: AlertSelection
    let bell: AsyncStream<Void>.Continuation
    /// The number of the last alert that it has looked at.
    var reached: UInt64
    /// Gone before it came to them.
    var lost: UInt64 = 0
  }

  private let limits: Limits
  private let contents = Mutex(Contents())

  package init(_ limits: Limits = Limits()) { self.limits = limits }

  /// Alerts that are there.
  package var count: Int { contents.withLock { $0.count } }

  package func count(_ selection: AlertSelection) -> Int {
    contents.withLock { contents in
      contents.tenants.reduce(0) { count, tenant in
        selection.covers(tenant: tenant.key) ? count + tenant.value.all.count(where: selection.contains) : count
      }
    }
  }

  package func count(tenants: Set<String>?) -> Int { count(AlertSelection(tenants: tenants)) }

  package func append(_ alert: Alert) {
    let bytes = JSONFormat.line(for: alert) + [UInt8(ascii: "\n")]
    let bells = contents.withLock { contents in
      let line = AlertLine(
        number: contents.nextNumber, tenant: alert.tenant, rule: alert.rule,
        timestampNanoseconds: alert.timestampNanoseconds, bytes: bytes)
      contents.nextNumber += 1
      contents.tenants[line.tenant, default: LineQueue()].append(line)
      contents.count += 1
      contents.bytes += line.size
      makeRoom(line.tenant, &contents)
      return contents.readers.values.filter { $0.selection.contains(line) }.map(\.bell)
    }
    for bell in bells { bell.yield() }
  }

  private func makeRoom(_ tenant: String?, _ contents: inout Contents) {
    if contents.tenants[tenant]?.count ?? 0 > limits.alertsPerTenant { drop(tenant, &contents) }
    if contents.count > limits.alerts, let most = contents.tenants.max(by: { $0.value.count < $1.value.count }) {
      drop(most.key, &contents)
    }
    while contents.bytes > limits.bytes, contents.count > 1,
      let most = contents.tenants.max(by: { $0.value.bytes < $1.value.bytes })
    {
      drop(most.key, &contents)
    }
  }

  private func drop(_ tenant: String?, _ contents: inout Contents) {
    guard let line = contents.tenants[tenant]?.removeFirst() else { return }
    if contents.tenants[tenant]?.count == 0 { contents.tenants[tenant] = nil }
    contents.count -= 1
    contents.bytes -= line.size
    for (number, reader) in contents.readers where reader.reached < line.number && reader.selection.contains(line) {
      contents.readers[number]?.lost += 1
    }
  }

  /// Nothing more comes: whoever follows is told so.
  package func close() {
    let bells = contents.withLock { contents in
      contents.isClosed = true
      return contents.readers.values.map(\.bell)
    }
    for bell in bells { bell.finish() }
  }

  // MARK: - Readers

  private struct Place: AlertReader.Place {
    let history: AlertHistory
    let number: UInt64

    func read(limitBytes: Int) -> AlertReader.Batch { history.read(number, limitBytes: limitBytes) }
    func stop() { history.stop(number) }
    func leave() { history.leave(number) }
  }

  /// - Parameter last: at most so many of those that are there already; nil: all.
  package func reader(_ selection: AlertSelection, last: Int? = nil) -> AlertReader {
    let (bell, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let number = contents.withLock { contents in
      let number = contents.nextReader
      contents.nextReader += 1
      let reached = last.map { Self.start(selection, last: $0, contents) } ?? 0
      contents.readers[number] = ReaderState(selection: selection, bell: ring, reached: reached)
      if contents.isClosed { ring.finish() }
      return number
    }
    return AlertReader(Place(history: self, number: number), bell: bell)
  }

  /// The number before that of the first of so many.
  private static func start(_ selection: AlertSelection, last: Int, _ contents: Contents) -> UInt64 {
    let numbers = contents.tenants.filter { selection.covers(tenant: $0.key) }
      .flatMap { $0.value.all.filter(selection.contains).map(\.number) }.sorted()
    return numbers.count > last ? (last > 0 ? numbers[numbers.count - last] - 1 : contents.nextNumber - 1) : 0
  }

  private func read(_ number: UInt64, limitBytes: Int) -> AlertReader.Batch {
    contents.withLock { contents in
      guard let reader = contents.readers[number] else { return AlertReader.Batch() }
      var lines: [AlertLine] = []
      for (tenant, queue) in contents.tenants where reader.selection.covers(tenant: tenant) {
        var bytes = 0
        for line in queue.lines(after: reader.reached) where reader.selection.contains(line) {
          lines.append(line)
          bytes += line.bytes.count
          if bytes >= limitBytes { break }
        }
      }
      lines.sort { $0.number < $1.number }
      var bytes = 0
      let fitting = lines.firstIndex {
        bytes += $0.bytes.count
        return bytes >= limitBytes
      }
      if let fitting { lines.removeSubrange((fitting + 1)...) }
      contents.readers[number]?.reached = fitting == nil ? contents.nextNumber - 1 : lines.last?.number ?? reader.reached
      contents.readers[number]?.lost = 0
      return AlertReader.Batch(lines: lines, lost: reader.lost)
    }
  }

  private func stop(_ number: UInt64) { contents.withLock { $0.readers[number]?.bell }?.finish() }

  private func leave(_ number: UInt64) {
    contents.withLock { contents in _ = contents.readers.removeValue(forKey: number) }
  }
}

extension AlertHistory: Equatable {
  package static func == (a: AlertHistory, b: AlertHistory) -> Bool { a === b }
}

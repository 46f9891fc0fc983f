internal import CEvents
package import Events
internal import Rules

/// A part of a stream, with what was known before it in front, so that rules give for it the alerts that they give in the
/// whole. Takes the stream record by record; used by one thread.
package struct StreamCut: ~Copyable {
  private let process: UInt32?
  private let isBare: Bool
  /// Knows what came before the part; fires nothing.
  private var engine = Engine(policy: Policy(rules: [], predicates: []))
  private var filter: DescendantFilter?
  /// The process asked for was seen.
  private var isKnown = false
  package private(set) var hasBegun = false
  /// The stream's numbers began too low for what was known before the part to stand in front of it.
  package private(set) var hasNoRoom = false

  /// - Parameters:
  ///   - process: nil: all that is in the part; else only what this one does, and all that come from it, with its
  ///     ancestors as they were when it began.
  ///   - isBare: without what was known before.
  package init(process: UInt32?, isBare: Bool) {
    self.process = process
    self.isBare = isBare
    filter = process.map { DescendantFilter(root: $0) }
  }

  /// Takes the next record of the stream.
  ///
  /// - Parameters:
  ///   - isWithin: it is of the part, of which it was asked for.
  ///   - body: is given each record of the result, in order, and says whether to go on.
  /// - Returns: false: there is no use in going on.
  package mutating func take(
    _ record: borrowing Record, isWithin: Bool, _ body: (borrowing Record) -> Bool
  ) -> Bool {
    if record.header.pid == process { isKnown = true }
    if !hasBegun, isWithin, begins(with: record) {
      guard tellContext(before: record, body) else { return false }
      hasBegun = true
    }
    guard hasBegun else {
      if !isBare { engine.process(record) { _ in } }
      return true
    }
    return filter?.keeps(record) ?? true ? body(record) : true
  }

  /// Of a process nothing begins before it is there, and not within the list of processes at the stream's start.
  private func begins(with record: borrowing Record) -> Bool {
    guard process != nil else { return true }
    switch record.kind {
    case .stream, .task, .known, .counters, .cgroup, .cgroupEnd, .facts, .mounts, nil: return false
    default: return isKnown
    }
  }

  private mutating func tellContext(before record: borrowing Record, _ body: (borrowing Record) -> Bool) -> Bool {
    // What begins with the stream itself has nothing before it.
    guard !isBare, engine.records > 0 else { return true }
    var context = CutContext(process: process)
    if process != nil {
      guard engine.snapshot(before: record.number, { context.note($0) }) else {
        hasNoRoom = true
        return false
      }
      context.choose(with: record)
      for descendant in context.descendants { filter?.keep(pid: descendant.pid, startNanoseconds: descendant.start) }
    }
    var goesOn = true
    hasNoRoom = !engine.snapshot(before: record.number) { known in
      if goesOn, context.keeps(known) { goesOn = body(known) }
    }
    return goesOn && !hasNoRoom
  }
}

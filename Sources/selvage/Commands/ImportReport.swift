internal import Events

/// What became of a capture of Falco or sysdig, for people. Nothing of it is dropped in silence.
struct ImportReport {
  private let name: String
  private let counts: ScapCounts

  init(_ name: String, _ counts: ScapCounts) {
    self.name = EscapedText.escaped(name.utf8, limit: 4096)
    self.counts = counts
  }

  var text: String { ([summary] + [notCarried, otherSockets, failed, damaged, missing].compactMap { $0 }).joined(separator: "\n") }

  private var summary: String {
    let kinds = EventKind.allCases.compactMap { kind in counts.records[kind].map { "\($0) \(kind.name)" } }
    return "\(name): a capture in version \(counts.version)\(counts.isCompressed ? ", compressed" : ""), \(counts.events) "
      + "events; of them and its list of processes: \(kinds.joined(separator: ", "))"
  }

  private var notCarried: String? {
    let subjects = counts.notCarriedBySubject
    guard !subjects.isEmpty || counts.unknown > 0 else { return nil }
    let total = subjects.reduce(counts.unknown) { $0 &+ $1.count }
    var parts = subjects.map { "\($0.subject) \($0.count) (\(Self.list($0.names)))" }
    if counts.unknown > 0 { parts.append("of kinds that this version does not know \(counts.unknown)") }
    return "  not carried over, as records don't have them: \(total): \(parts.joined(separator: "; "))"
  }

  private var otherSockets: String? {
    Self.line("about sockets that are not of the internet, or not known", counts.otherSockets)
  }

  private var failed: String? { Self.line("calls that failed", counts.failed) }

  private var damaged: String? {
    var parts: [String] = []
    if counts.malformed > 0 { parts.append("\(counts.malformed) malformed events passed over") }
    if counts.drops > 0 { parts.append("it says at \(counts.drops) places that it lost events") }
    if counts.refused > 0 { parts.append("\(counts.refused) processes, threads or sockets found no room") }
    return parts.isEmpty ? nil : "  \(parts.joined(separator: "; "))"
  }

  private var missing: String? {
    var parts: [String] = []
    func add(_ count: UInt64, _ text: String) { if count > 0 { parts.append("\(text) \(count)") } }
    add(counts.unknownPaths, "the file of a program")
    add(counts.unknownStatus, "the status of an exit")
    add(counts.unknownOutcomes, "the outcome of a connect")
    add(counts.unknownThreads, "the process of a thread")
    add(counts.cut, "the end of a long text")
    return parts.isEmpty ? nil : "  missing: \(parts.joined(separator: ", "))"
  }

  private static func line(_ title: String, _ counts: [String: UInt64]) -> String? {
    guard !counts.isEmpty else { return nil }
    return "  \(title): \(counts.values.reduce(0, &+)): \(list(ScapCounts.ranked(counts)))"
  }

  /// The first few, so that a line stays one.
  private static func list(_ names: [(name: String, count: UInt64)]) -> String {
    let shown = names.prefix(8).map { "\($0.name) \($0.count)" }.joined(separator: ", ")
    return names.count > 8 ? "\(shown), \(names.count - 8) more" : shown
  }
}

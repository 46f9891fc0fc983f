import Engine
import Events
import Rules

extension PageData.Rule {
  /// Bytes of a condition and of a description.
  private static let textLimit = 16_384

  init(_ row: RuleTally.Row, steps counts: [UInt32]) {
    name = row.name
    description = Self.lines(row.description)
    severity = row.priority.rawValue
    priority = row.priority.name
    tags = row.tags
    place = row.location.map { DisplayText.escaped("\($0.file):\($0.line)", limit: 4096) } ?? ""
    condition = Self.lines(row.condition)
    count = row.count
    detailed = row.detailed
    steps = counts.enumerated().filter { $0.element > 0 }.map { [UInt32($0.offset), $0.element] }
  }

  private static func lines(_ text: String) -> String {
    HTMLText.cut(text, limit: textLimit).split(separator: "\n", omittingEmptySubsequences: false)
      .map { DisplayText.escaped($0, limit: textLimit) }.joined(separator: "\n")
  }
}

extension PageData.Alert {
  init(_ detail: AlertDetail) {
    rule = detail.rule
    time = detail.offset
    process = detail.process
    id = detail.alert.id
    record = String(detail.alert.recordNumber)
    event = detail.alert.event
    message = detail.alert.message
    fields = detail.alert.fields.map { [$0.name, $0.value.shown] }
  }
}

extension PageData.Process {
  /// - Parameters:
  ///   - parent: its number; -1: none.
  ///   - begin: of the trace, wall clock, nanoseconds.
  init(_ process: BookedProcess, parent: Int, begin: Int64) {
    pid = process.key.pid
    self.parent = parent
    name = EscapedText.escaped(process.comm, limit: 64)
    uid = process.uid
    start = process.startNanoseconds.map { $0 &- begin }
    inherits = process.programs.isEmpty
    programs = (inherits ? [process.inherited].compactMap { $0 } : process.programs).map { program in
      PageData.Program(
        time: program.timeNanoseconds.map { $0 &- begin }, path: EscapedText.escaped(program.path, limit: 4096),
        command: program.commandLine, cwd: EscapedText.escaped(program.cwd, limit: 4096), uid: program.uid)
    }
    programCount = max(programs.count, process.programCount)
    end = process.ending.map {
      Ending(time: $0.timeNanoseconds &- begin, code: $0.code, signal: $0.signal, dumped: $0.hasDumped)
    }
    children = process.childCount
    endpoints = process.endpoints.endpoints.map { PageData.Endpoint($0, begin: begin) }
    endpointsLeftOut = process.endpoints.leftOut
  }
}

extension PageData.Endpoint {
  init(_ endpoint: Endpoint, begin: Int64) {
    role = endpoint.role.rawValue
    transport = Self.text { SocketNames.writeProtocol(endpoint.protocol, to: &$0) }
    local = Self.text(endpoint.local)
    remote = Self.text(endpoint.remote)
    count = endpoint.count
    outcomes = endpoint.outcomes.map { outcome in
      PageData.Outcome(
        result: Self.text { ErrorName.write(-Int64(outcome.result), to: &$0) }, count: outcome.count)
    }
    otherOutcomes = endpoint.otherOutcomes
    closed = endpoint.closed
    longest = endpoint.longestNanoseconds
    first = endpoint.firstNanoseconds &- begin
    last = endpoint.lastNanoseconds &- begin
  }

  /// An IPv6 address in brackets; without a port where none is known.
  private static func text(_ address: SocketAddress?) -> String {
    guard let address else { return "" }
    let text = Self.text { address.writeAddress(to: &$0) }
    if address.port == 0 { return text }
    return "\(address.family == .v6 ? "[\(text)]" : text):\(address.port)"
  }

  private static func text(_ write: (inout ByteWriter) -> Void) -> String {
    withUnsafeTemporaryAllocation(byteCount: 128, alignment: 1) { memory in
      var writer = ByteWriter(memory)
      write(&writer)
      return String(decoding: writer.written, as: UTF8.self)
    }
  }
}

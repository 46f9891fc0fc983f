internal import ArgumentParser
internal import Events
internal import Glibc

extension RecordFile.Format: ExpressibleByArgument {}

struct TraceOutputOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("What to write, whatever the output's name.", valueName: "format"))
  var to: RecordFile.Format?

  @Flag(name: .long, help: "Replace the file if it is there.")
  var overwrite = false

  @Flag(name: .shortAndLong, help: "Say nothing on standard error but what went wrong.")
  var quiet = false
}

/// Where a command writes records.
struct TraceOutput: ~Copyable {
  private(set) var file: RecordFile
  let name: String
  let isQuiet: Bool

  /// - Parameters:
  ///   - path: `-`: standard output.
  ///   - usual: what is written if neither an option nor the name says.
  init(_ path: String, _ options: TraceOutputOptions, usual: RecordFile.Format) throws {
    let byName: RecordFile.Format? = path.hasSuffix(".jsonl") ? .jsonl : path.hasSuffix(".trace") ? .trace : nil
    let format = options.to ?? byName ?? usual
    if path == "-", format == .trace, isatty(STDOUT_FILENO) == 1 {
      Console.say("selvage: a trace is no text for a terminal: name a file, or give --to jsonl")
      throw ExitStatus.refused
    }
    do {
      file =
        path == "-"
        ? try RecordFile(descriptor: STDOUT_FILENO, name: "standard output", format: format)
        : try RecordFile(path: path, format: format, overwrites: options.overwrite)
    } catch {
      let isThere = error.reason == .system("open", EEXIST)
      Console.say("selvage: \(error)\(isThere ? "; give --overwrite to replace it" : "")")
      throw ExitStatus.refused
    }
    name = EscapedText.escaped(path.utf8, limit: 4096)
    isQuiet = options.quiet
  }

  mutating func append(_ record: borrowing Record) throws(TraceError) { try file.append(record) }
  mutating func lost(_ count: UInt64) throws(TraceError) { try file.lost(count) }

  consuming func finish() throws(TraceError) -> String? {
    let name = name
    let isQuiet = isQuiet
    let (records, bytes) = try file.finish()
    return isQuiet ? nil : "\(name): \(records) records in \(bytes) bytes."
  }
}

/// Records on their way to an output, with what was lost between them; stops at the first failure.
struct TraceCopy: ~Copyable {
  private var output: TraceOutput
  private var told: UInt64 = 0
  private var failure: TraceError?

  init(_ output: consuming TraceOutput) { self.output = output }

  /// - Returns: false: it can't be written.
  mutating func append(_ record: borrowing Record, lostBefore: UInt64 = 0) -> Bool {
    do throws(TraceError) {
      try lost(lostBefore)
      try output.append(record)
      return true
    } catch {
      failure = error
      return false
    }
  }

  private mutating func lost(_ count: UInt64) throws(TraceError) {
    guard count > 0 else { return }
    try output.lost(count)
    told = told.addingReportingOverflow(count).partialValue
  }

  /// Says what was written.
  ///
  /// - Parameter lost: in all; what no record came after is told at the end.
  consuming func finish(lost total: UInt64 = 0) throws {
    do throws(TraceError) {
      if let failure { throw failure }
      if total > told { try output.lost(total - told) }
      if let line = try output.finish() { Console.say(line) }
    } catch {
      Console.say("selvage: \(error)")
      throw ExitStatus.failed
    }
  }
}

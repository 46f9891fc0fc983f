internal import ArgumentParser
internal import Events

struct TraceMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Several traces of one node and boot as one, in the order of their records' numbers.",
    discussion: """
      For the files of a recording that went on in several, or parts that were cut out. A record that several of them have \
      is written once. What stands in front of a later part, of the processes known before, is left out where \
      an earlier part goes on as far as there. Traces of other nodes or boots are refused: their numbers mean other records.

      Example:
        selvage trace merge night-1.trace night-2.trace night-3.trace -o night.trace
      """)

  @Argument(help: ArgumentHelp("What to read, in any order.", valueName: "trace"), completion: .file())
  var traces: [String]

  @Option(
    name: .shortAndLong, help: ArgumentHelp("What to write; \"-\" is standard output.", valueName: "output"),
    completion: .file())
  var output: String

  @OptionGroup var options: TraceOutputOptions

  func validate() throws {
    guard traces.count >= 2 else { throw ValidationError("merging takes two traces or more") }
    guard !traces.contains("-") else { throw ValidationError("each trace is read twice: name files, not \"-\"") }
  }

  func run() throws {
    let interruption = try Startup.interruption()
    var merge = StreamMerge()
    do throws(TraceError) {
      for trace in traces { try merge.add(path: trace) }
    } catch {
      Console.say("selvage: \(error)")
      throw ExitStatus.refused
    }
    if let conflict = merge.conflict { try refuse(conflict) }
    let output = try TraceOutput(output, options, usual: .trace)
    var copy = TraceCopy(output)
    merge.forEach { record, lost in copy.append(record, lostBefore: lost) && !interruption.hasCome }
    var isWhole = !interruption.hasCome
    for (name, summary) in merge.summaries {
      for error in summary.errors { Console.say("selvage: \(error)") }
      if !summary.damageText.isEmpty {
        Console.say("selvage: \(EscapedText.escaped(name.utf8, limit: 4096)):\(summary.damageText.dropFirst())")
      }
      if !summary.isWhole { isWhole = false }
    }
    try copy.finish()
    if interruption.hasCome { Console.say("selvage: interrupted; what was written is not whole") }
    if let conflict = merge.conflict { try refuse(conflict) }
    if !isWhole { throw ExitStatus.failed }
  }

  private func refuse(_ conflict: StreamMerge.Conflict) throws {
    let names = [conflict.one, conflict.other].map { EscapedText.escaped($0.utf8, limit: 4096) }
    switch conflict.reason {
    case .otherStream(let one, let other):
      let streams = [one, other].map { EscapedText.escaped($0.utf8, limit: 400) }
      Console.say("selvage: \(names[0]) is of \(streams[0]), \(names[1]) of \(streams[1]): they can't be merged")
      throw ExitStatus.refused
    case .otherRecord(let number):
      Console.say("selvage: \(names[0]) and \(names[1]) have different records \(number): they are not of one stream")
      throw ExitStatus.failed
    }
  }
}

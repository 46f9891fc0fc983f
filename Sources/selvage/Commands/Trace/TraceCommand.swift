internal import ArgumentParser

struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Look into recordings, and make others of them.",
    discussion: """
      None needs root. Each takes traces and lines of JSON (what `selvage trace convert` writes, or a person), whichever \
      they are; "-" is standard input. What is damaged is read as far as it can be, told, and ends with status 1.
      """,
    subcommands: [
      TraceInfoCommand.self, TracePrintCommand.self, TraceConvertCommand.self, TraceCutCommand.self,
      TraceMergeCommand.self, TraceRedactCommand.self,
    ])
}

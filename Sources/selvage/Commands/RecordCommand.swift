internal import ArgumentParser
internal import Capture
internal import Events
internal import SystemPackage

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Keep what happens on this node in a trace file, to try rules on.",
    discussion: """
      Needs root. Keeps every kind of record, whatever rules there are. Ends on SIGINT and SIGTERM, or by --seconds.

      With a command it keeps what the command and its descendants do, and nothing else that runs on the node, and \
      ends when the command does. By --seconds the recording ends, and the command goes on.

      Examples:
        selvage record -o night.trace --seconds 3600
        selvage record -o scan.trace -- nmap -sT 10.0.0.0/24
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("The trace file to write; \"-\" is standard output.", valueName: "file"))
  var output: String

  @Flag(name: .long, help: "Replace the file if it is there.")
  var overwrite = false

  @Option(name: .long, help: ArgumentHelp("End by itself after that time.", valueName: "seconds"))
  var seconds: Int?

  @OptionGroup var options: ConfigurationOptions

  @Flag(name: .shortAndLong, help: "Say nothing on standard error but what went wrong.")
  var quiet = false

  @Argument(parsing: .postTerminator, help: "After --: run this, and record it alone.")
  var command: [String] = []

  func run() throws {
    let configuration = try options.configuration()
    let signals = try Startup.signals()
    var capture = configuration.capture
    capture.kinds = .all
    let sensors = try Startup.sensors(capture)
    var recorder = try Recorder(path: output, overwrites: overwrite)
    var loop = LiveLoop(stream: LiveStream(sensors: sensors), signals: signals, seconds: seconds)
    var subject: Subject?
    var failure: Errno?
    _ = try Startup.capturing {
      () throws(CaptureError) in
      try loop.run(
        node: configuration.node,
        ready: {
          if !quiet { Console.say("Recording to \(output). Ctrl-C ends it.") }
          guard !command.isEmpty else { return }
          do throws(Errno) { subject = try Subject(command) } catch { failure = error }
        },
        record: { record in
          // What opens the stream comes before the command is there.
          if command.isEmpty || record.kind == .stream || subject?.filter.keeps(record) == true {
            recorder.append(record)
          }
        },
        tick: { recorder.tick() }, isDone: { failure != nil || subject?.filter.rootHasExited == true })
    }
    let summary = recorder.finish()
    if let failure {
      Console.say("selvage: can't run \(EscapedText.escaped(command[0].utf8, limit: 4096)): \(failure)")
      throw ExitStatus.refused
    }
    if let subject, let ending = subject.command.failure(hasExited: subject.filter.rootHasExited) {
      Console.say("selvage: the command \(ending)")
    }
    if !quiet, let summary { Console.say(summary) }
    if recorder.failed { throw ExitStatus.failed }
  }

  /// The command, and how its records are told from others.
  private struct Subject {
    let command: RecordedCommand
    var filter: DescendantFilter

    init(_ arguments: [String]) throws(Errno) {
      command = try RecordedCommand(arguments)
      filter = DescendantFilter(root: UInt32(command.pid))
    }
  }
}

internal import ArgumentParser
internal import Capture
internal import Events

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Keep what happens on this node in a trace file, to try rules on.",
    discussion: """
      Needs root. Keeps every kind of record, whatever rules there are. Ends on SIGINT and SIGTERM, or by --seconds.

      Example:
        selvage record -o night.trace --seconds 3600
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

  func run() throws {
    let configuration = try options.configuration()
    let signals = try Startup.signals()
    var capture = configuration.capture
    capture.kinds = .all
    let sensors = try Startup.sensors(capture)
    var recorder = try Recorder(path: output, overwrites: overwrite)
    var loop = LiveLoop(stream: LiveStream(sensors: sensors), signals: signals, seconds: seconds)
    _ = try Startup.capturing {
      () throws(CaptureError) in
      try loop.run(
        node: configuration.node, ready: { if !quiet { Console.say("Recording to \(output). Ctrl-C ends it.") } },
        record: { recorder.append($0) }, tick: { recorder.tick() })
    }
    let summary = recorder.finish()
    if !quiet, let summary { Console.say(summary) }
    if recorder.failed { throw ExitStatus.failed }
  }
}

internal import ArgumentParser
internal import Capture
internal import Control
internal import Events
internal import SystemPackage

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Keep what happens on this node in trace files, to try rules on.",
    discussion: """
      Needs root. Where an agent runs it takes the agent's stream, and loads no programs of its own. Ends on SIGINT and \
      SIGTERM, or by --seconds.

      Without --kinds and --where it keeps every kind of record. With them the rest is left out, but not what tells of \
      processes: forks and ends stay, and programs that weren't asked for are kept as context, on which no rule is tried. \
      So what is kept matches as it did live.

      With --rotate-size, --rotate-seconds, --keep or --trigger it writes a series of files: of night.trace, \
      night-20261124T081500Z.trace and so on. Each stands by itself: it begins with the processes as they were known then.

      With a command it keeps what the command and its descendants do, and nothing else that runs on the node, and \
      ends when the command does. By --seconds the recording ends, and the command goes on. It loads programs of its \
      own for it, unless --agent is given.

      Examples:
        selvage record -o night.trace --seconds 3600
        selvage record -o net.trace --kinds connect,accept --where 'not fd.sip in (127.0.0.0/8)'
        selvage record -o /var/lib/selvage/all.trace --rotate-size 100M --keep 2G
        selvage record -o shell.trace --trigger "Network service starts a shell" --before 30 --after 120
        selvage record -o scan.trace -- nmap -sT 10.0.0.0/24
      """)

  @OptionGroup var recording: RecordingOptions

  @Option(name: .long, help: ArgumentHelp("End by itself after that time.", valueName: "seconds"))
  var seconds: Int?

  @OptionGroup var options: ConfigurationOptions

  @Flag(
    inversion: .prefixedNo,
    help: "Take the running agent's stream, or load programs of its own. Default: the agent's, where one answers.")
  var agent: Bool?

  @Flag(name: .shortAndLong, help: "Say nothing on standard error but what went wrong.")
  var quiet = false

  @Argument(parsing: .postTerminator, help: "After --: run this, and record it alone.")
  var command: [String] = []

  func run() throws {
    let configuration = try options.configuration()
    let plan = try recording.plan(configuration, command: command, isQuiet: quiet)
    let signals = try Startup.signals()
    if let stream = try agentStream(configuration.recordSocket, plan) {
      try record(stream, configuration.recordSocket, plan, signals)
    } else {
      try record(configuration, plan, signals)
    }
  }

  /// nil: it is to load programs of its own.
  private func agentStream(_ path: String, _ plan: RecordingPlan) throws -> AgentStream? {
    guard agent ?? command.isEmpty else { return nil }
    do throws(ControlError) {
      return try AgentStream(path: path, kinds: plan.wantedKinds)
    } catch {
      if error.isAbsence, agent == nil { return nil }
      Console.say("selvage: \(error)")
      Console.say(
        error.isAbsence
          ? "No agent answers there. Start one (`selvage run`), or leave --agent out: then programs are loaded for the recording."
          : "The agent can't be asked. With --no-agent, programs are loaded for the recording.")
      throw ExitStatus.refused
    }
  }

  private func record(
    _ stream: AgentStream, _ path: String, _ plan: RecordingPlan, _ signals: consuming Signals
  ) throws {
    let shared = SharedRecording(try Recording(plan))
    let isQuiet = quiet
    let target = target(plan)
    let end: AgentStream.End?
    do throws(Errno) {
      end = try stream.run(into: shared, signals: signals, seconds: seconds) {
        if !isQuiet { Console.say("Recording to \(target), from the agent at \(path). Ctrl-C ends it.") }
        shared.begin()
      }
    } catch {
      Console.say("selvage: starting a thread: \(error)")
      throw ExitStatus.failed
    }
    try shared.take()?.finish(isQuiet: quiet)
    switch end {
    case nil: break
    case .refused(let reason):
      Console.say("selvage: the agent says: \(reason)")
      throw ExitStatus.refused
    case .damaged(let reason):
      Console.say("selvage: the agent's stream can't be read: \(reason)")
      throw ExitStatus.failed
    case .ended:
      Console.say("selvage: the agent is gone; what it told until then is recorded")
      throw ExitStatus.failed
    }
  }

  /// With programs of its own.
  private func record(_ configuration: Configuration, _ plan: RecordingPlan, _ signals: consuming Signals) throws {
    var capture = configuration.capture
    capture.kinds = plan.wantedKinds
    let sensors = try Startup.sensors(capture)
    let discovery = try Startup.discovery(configuration.discovery)
    var recording = try Recording(plan)
    var loop = LiveLoop(stream: LiveStream(sensors: sensors, discovery: discovery), signals: signals, seconds: seconds)
    _ = try Startup.capturing {
      () throws(CaptureError) in
      try loop.run(
        node: configuration.node,
        ready: {
          if !quiet { Console.say("Recording to \(target(plan)). Ctrl-C ends it.") }
          recording.begin()
        },
        record: { recording.append($0) }, tick: { recording.tick() }, isDone: { recording.isDone })
    }
    try recording.finish(isQuiet: quiet)
  }

  private func target(_ plan: RecordingPlan) -> String {
    guard plan.series != nil else { return plan.output }
    let pattern = SeriesNames(plan.output).pattern
    return plan.trigger.map { "\(pattern), when \(DisplayText.quoted($0.rule)) fires" } ?? pattern
  }
}

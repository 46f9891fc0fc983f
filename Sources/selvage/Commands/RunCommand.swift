internal import ArgumentParser
internal import Capture
internal import Delivery
internal import Engine
internal import Events
internal import Rules

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Watch this node: match what happens against rules, and send alerts.",
    discussion: """
      Needs root. Without options it reads \(Configuration.usualPath). Ends on SIGINT and SIGTERM, after it has \
      delivered what waits. On SIGHUP it loads its rules again, from the same files and directories, and opens its JSON \
      files again; rules that don't compile change nothing, which is told on standard error and by an alert.

      Examples:
        selvage run --rules rules
        selvage run --rules rules --syslog /dev/log --syslog udp:10.0.0.5:514 --json /var/log/selvage.json
        selvage run --rules rules --json - --record all.trace
      """)

  @OptionGroup var policy: PolicyOptions
  @OptionGroup var sinks: SinkOptions

  @Option(name: .long, help: ArgumentHelp("Keep all records in a trace file as well.", valueName: "file"))
  var record: String?

  @Option(name: .long, help: ArgumentHelp("End by itself after that time.", valueName: "seconds"))
  var seconds: Int?

  @Flag(name: .shortAndLong, help: "Say nothing on standard error but what went wrong.")
  var quiet = false

  func run() throws {
    let signals = try Startup.signals(reloads: true)
    let configuration = try policy.configuration()
    let rules = try policy.load(configuration)
    let delivery = try Startup.delivery(try sinks.settings(configuration))
    var capture = configuration.capture
    capture.kinds = record == nil ? rules.kinds : .all
    let sensors = try Startup.sensors(capture)
    let discovery = try Startup.discovery(configuration.discovery)
    if !quiet { Console.say(StartScreen.text(sensors, rules: rules.rules.count, kinds: capture.kinds)) }

    var recorder = try Recorder(path: record)
    var tap = Tap(path: configuration.recordSocket, isQuiet: quiet)
    var asked = capture.kinds
    var engine = Engine(policy: rules)
    var alerts: UInt64 = 0
    var health = DeliveryHealth()
    let reload = PolicyReload(Self.loading(policy))
    var loop = LiveLoop(stream: LiveStream(sensors: sensors, discovery: discovery), signals: signals, seconds: seconds, wake: tap.wake)
    let received = try Startup.capturing {
      () throws(CaptureError) in
      try loop.run(
        node: configuration.node, ready: { if !quiet { Console.say("Watching. Ctrl-C ends it.") } },
        record: { record in
          recorder.append(record)
          tap.append(record)
          engine.process(record) {
            alerts += 1
            delivery.send($0)
          }
        },
        tick: {
          _ = recorder.tick()
          tap.tick { (kinds) throws(CaptureError) in try sensors.want(asked.union(kinds)) }
          health.report(delivery.status())
          return true
        },
        reload: { isAsked in
          tap.admit(engine) { (kinds) throws(CaptureError) in try sensors.want(asked.union(kinds)) }
          if isAsked {
            delivery.reopen()
            if let failure = reload.ask() { delivery.send(engine.alert(Self.refusal(failure))) }
          }
          guard reload.isRunning, let outcome = reload.take() else { return reload.isRunning }
          let notice: Notice
          switch consume outcome {
          case .refused(let reason): notice = Self.refusal(reason)
          case .ready(let prepared):
            let kinds = self.record == nil ? prepared.policy.kinds : .all
            let rules = prepared.policy.rules.count
            do throws(CaptureError) {
              // First: so that all that the new rules ask for comes up when they take over.
              try sensors.want(kinds.union(tap.kinds))
              asked = kinds
              engine.replace(with: prepared)
              if !quiet { Console.say(StartScreen.reloaded(sensors, rules: rules, kinds: kinds)) }
              notice = Self.success(rules)
            } catch {
              notice = Self.refusal("\(error)")
            }
          }
          delivery.send(engine.alert(notice))
          return reload.isRunning
        })
    }
    tap.finish()
    let summary = recorder.finish()
    let status = delivery.finish(timeoutMilliseconds: 5000)
    health.report(status)
    if !quiet {
      Console.say("\(received) records from the kernel, \(alerts) alerts.")
      for sink in status { Console.say("  \(DeliveryHealth.line(sink))") }
      if let summary { Console.say(summary) }
    }
    if recorder.failed || status.contains(where: { $0.failed + $0.refused > 0 }) { throw ExitStatus.failed }
  }

  // MARK: - Reloading

  /// What a reload does, on its own thread: the configuration is read again for its list of rules.
  private static func loading(_ options: PolicyOptions) -> @Sendable () -> PolicyReload.Outcome {
    let rules = options.rules
    let file = options.options.config
    return {
      var paths = rules
      if paths.isEmpty {
        guard let configuration = try? ConfigurationReader.read(file) else {
          return .refused("the configuration is wrong")
        }
        paths = configuration.rules
      }
      switch ActivePolicy.load(paths) {
      case .active(let policy, _): return .ready(PreparedPolicy(policy))
      case .refused(let reason): return .refused(reason)
      }
    }
  }

  private static func refusal(_ reason: String) -> Notice {
    Console.say("selvage: the rules stay as they were: \(reason)")
    return Notice(
      "Rules not reloaded",
      description: "The monitor was asked to take new rules and could not; the old ones still hold",
      priority: .error, message: "The rules stay as they were: \(reason)")
  }

  private static func success(_ rules: Int) -> Notice {
    Notice(
      "Rules reloaded", description: "The monitor took new rules, as it was asked to", priority: .notice,
      message: "\(rules) rules hold from here on")
  }
}

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
      delivered what waits.

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
    let configuration = try policy.configuration()
    let rules = try policy.load(configuration)
    let signals = try Startup.signals()
    let delivery = try Startup.delivery(try sinks.settings(configuration))
    var capture = configuration.capture
    capture.kinds = record == nil ? rules.kinds : .all
    let sensors = try Startup.sensors(capture)
    if !quiet { Console.say(StartScreen.text(sensors, rules: rules.rules.count, kinds: capture.kinds)) }

    var recorder = try Recorder(path: record)
    var engine = Engine(policy: rules)
    var alerts: UInt64 = 0
    var health = DeliveryHealth()
    var loop = LiveLoop(stream: LiveStream(sensors: sensors), signals: signals, seconds: seconds)
    let received = try Startup.capturing {
      () throws(CaptureError) in
      try loop.run(
        node: configuration.node, ready: { if !quiet { Console.say("Watching. Ctrl-C ends it.") } },
        record: { record in
          recorder.append(record)
          engine.process(record) {
            alerts += 1
            delivery.send($0)
          }
        },
        tick: {
          _ = recorder.tick()
          health.report(delivery.status())
          return true
        })
    }
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
}

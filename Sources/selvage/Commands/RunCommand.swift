internal import ArgumentParser
internal import Capture
internal import Control
internal import Delivery
internal import Discovery
internal import Engine
internal import Events
internal import Rules
internal import Synchronization

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

  @Flag(name: .long, help: "Send every alert: hold none back, whatever the configuration says.")
  var all = false

  @Flag(name: .shortAndLong, help: "Say nothing on standard error but what went wrong.")
  var quiet = false

  func run() throws {
    let signals = try Startup.signals(reloads: true)
    let configuration = try policy.configuration()
    let (rules, loaded) = try policy.loadReported(configuration, guarding: true)
    let spool = try Startup.spool(configuration.spool)
    // What is on disk needn't be in memory as well.
    let memory = AlertHistory(configuration.alertsKept)
    let history: any AlertArchive = spool.map { SpoolHistory($0) } ?? memory
    let delivery = try Startup.delivery(
      try sinks.settings(configuration) + (spool == nil ? [.history(memory)] : []), spool: spool,
      node: configuration.node ?? NodeName.host)
    Self.route(rules, delivery)
    var capture = configuration.capture
    capture.kinds = record == nil ? rules.kinds : .all
    let sensors = try Startup.sensors(capture)
    let discovery = try Startup.discovery(configuration.discovery)
    if !quiet { Console.say(StartScreen.text(sensors, rules: rules.rules.count, kinds: capture.kinds)) }

    var recorder = try Recorder(path: record)
    var tap = Tap(path: configuration.recordSocket, isQuiet: quiet)
    var controlSettings = ControlSettings(
      path: configuration.controlSocket, staff: configuration.staff,
      hierarchy: (try? CgroupHierarchy.current().path) ?? "/sys/fs/cgroup")
    controlSettings.metricsAddress = configuration.metricsAddress
    var control = ControlDesk(
      controlSettings,
      board: PolicyBoard(
        agent: PolicyBoard.Agent(
          version: Selvage.version, node: configuration.node ?? NodeName.host, kernel: NodeName.kernel,
          startedNanoseconds: KernelClock.wall), policy: PolicyBoard.Outline(rules, loaded, sinceNanoseconds: KernelClock.wall)),
      history: history, delivery: delivery)
    var asked = capture.kinds
    var engine = Engine(policy: rules, quiet: all ? .off : configuration.quiet)
    var alerts: UInt64 = 0
    var health = DeliveryHealth()
    let reload = PolicyReload(Self.loading(policy, loaded, sendsAll: all))
    var loop = LiveLoop(
      stream: LiveStream(sensors: sensors, discovery: discovery), signals: signals, seconds: seconds,
      wake: [tap.wake, control.wake])
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
        isDue: { now in engine.due.map { now >= $0 } ?? false },
        tick: {
          _ = recorder.tick()
          tap.tick { (kinds) throws(CaptureError) in try sensors.want(asked.union(kinds)) }
          health.report(delivery.status())
          for notice in delivery.takeNotices() { delivery.send(engine.alert(notice)) }
          delivery.note(StageCounts(engine, lost: (try? sensors.counters())?.lost ?? 0))
          return true
        },
        reload: { isAsked in
          tap.admit(engine) { (kinds) throws(CaptureError) in try sensors.want(asked.union(kinds)) }
          let isCalled = control.attend(&engine, isReloading: reload.isRunning) { records in
            AgentState(records: records, counters: try? sensors.counters(), sources: discovery.sources)
          }
          if isAsked || isCalled {
            delivery.reopen()
            if let failure = reload.ask() {
              delivery.send(engine.alert(Self.refusal(failure)))
              control.reloaded(.refused(failure, []))
            }
          }
          guard reload.isRunning, let outcome = reload.take() else { return reload.isRunning || control.hasQuestions }
          let notice: Notice
          switch consume outcome {
          case .refused(let reason, let diagnostics):
            notice = Self.refusal(reason)
            control.reloaded(.refused(reason, diagnostics))
          case .ready(let prepared, let loaded):
            let kinds = self.record == nil ? prepared.policy.kinds : .all
            let rules = prepared.policy.rules.count
            do throws(CaptureError) {
              // First: so that all that the new rules ask for comes up when they take over.
              try sensors.want(kinds.union(tap.kinds))
              asked = kinds
              let policy = prepared.policy
              engine.replace(with: prepared)
              Self.route(policy, delivery)
              control.reloaded(.taken(policy, loaded))
              if !quiet { Console.say(StartScreen.reloaded(sensors, rules: rules, kinds: kinds)) }
              notice = Self.success(rules, loaded.brokenTenants)
            } catch {
              notice = Self.refusal("\(error)")
              control.reloaded(.refused("\(error)", []))
            }
          }
          delivery.send(engine.alert(notice))
          return reload.isRunning || control.hasQuestions
        })
    }
    engine.finish {
      alerts += 1
      delivery.send($0)
    }
    tap.finish()
    control.close()
    let summary = recorder.finish()
    let status = delivery.finish(timeoutMilliseconds: 5000)
    health.report(status)
    if !quiet {
      Console.say("\(received) records from the kernel, \(alerts) alerts.")
      for sink in status { Console.say("  \(DeliveryHealth.line(sink))") }
      if let summary { Console.say(summary) }
    }
    if recorder.failed || status.contains(where: { $0.lost > 0 }) { throw ExitStatus.failed }
  }

  private static func route(_ policy: Policy, _ delivery: Delivery) {
    for complaint in delivery.route([TenantRoute](policy)) { Console.say("selvage: warning: \(complaint)") }
  }

  // MARK: - Reloading

  /// What a reload does, on its own thread: the configuration is read again for its list of rules, and for which
  /// alerts are held back.
  ///
  /// - Parameters:
  ///   - loaded: what holds now; what of it is good stays in force for tenants whose new files aren't.
  ///   - sendsAll: no alert is held back, whatever the configuration says.
  private static func loading(
    _ options: PolicyOptions, _ loaded: LoadResult, sendsAll: Bool
  ) -> @Sendable () -> PolicyReload.Outcome {
    let (rules, tenants) = (options.rules, options.tenants)
    let file = options.options.config
    let lastGood = Mutex(loaded.goodFiles)
    return {
      var files = PolicyFiles(rules: rules, tenants: tenants)
      var quiet: QuietSettings?
      if rules.isEmpty {
        guard let configuration = try? ConfigurationReader.read(file) else {
          return .refused("the configuration is wrong", [])
        }
        files = PolicyFiles(rules: configuration.rules, tenants: tenants ?? configuration.tenants)
        if !sendsAll { quiet = configuration.quiet }
      }
      switch ActivePolicy.load(files, guarding: true, lastGood: lastGood.withLock { $0 }) {
      case .active(let policy, let loaded):
        lastGood.withLock { $0 = loaded.goodFiles }
        return .ready(PreparedPolicy(policy, quiet: quiet), loaded)
      case .refused(let reason, let diagnostics): return .refused(reason, diagnostics)
      }
    }
  }

  private static func refusal(_ reason: String) -> Notice {
    Console.say("selvage: the rules stay as they were: \(reason)")
    return Notice(
      PolicyReload.refusalName,
      description: "The monitor was asked to take new rules and could not; the old ones still hold",
      priority: .error, message: "The rules stay as they were: \(reason)")
  }

  /// - Parameter broken: tenants whose own files have errors.
  private static func success(_ rules: Int, _ broken: [String]) -> Notice {
    let more = broken.isEmpty ? "" : "; the files of \(broken.count) tenants have errors: \(broken.prefix(5).joined(separator: ", "))"
    return Notice(
      PolicyReload.successName, description: "The monitor took new rules, as it was asked to",
      priority: broken.isEmpty ? .notice : .warning, message: "\(rules) rules hold from here on\(more)")
  }
}

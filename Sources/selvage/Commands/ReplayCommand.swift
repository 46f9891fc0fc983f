internal import ArgumentParser
internal import Delivery
internal import Engine
internal import Events
internal import Rules

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Run recorded traces through rules: the same alerts as if they had been live.",
    discussion: """
      Needs no root. Each trace is a stream of its own. A capture of Falco or sysdig (.scap) is taken like a trace, and \
      what of it records can't hold is said. A damaged trace is read as far as it can be, and the damage is \
      told. Interrupted (SIGINT, SIGTERM) it says how far it came, and ends with status 1. A JSON file that is there and \
      not empty is refused, unless --append is given.

      Example:
        selvage replay night.trace --rules rules --json -
      """)

  @Argument(help: ArgumentHelp("Trace files; \"-\" is standard input.", valueName: "trace"))
  var traces: [String]

  @OptionGroup var policy: PolicyOptions
  @OptionGroup var sinks: SinkOptions

  @Option(name: .long, help: ArgumentHelp("Tell only the alerts of that tenant's workloads.", valueName: "name"))
  var tenant: String?

  @Flag(name: .long, help: "Every alert, also those that a live run would hold back and count.")
  var all = false

  @Flag(name: .long, help: "Add to JSON files that are there, after what they hold.")
  var append = false

  @Flag(name: .shortAndLong, help: "Say nothing on standard error but what went wrong.")
  var quiet = false

  func run() throws {
    let interruption = try Startup.interruption()
    let configuration = try policy.configuration()
    let rules = try policy.load(configuration)
    try checkTenant(rules)
    if !append { try sinks.refuseFullFiles() }
    let delivery = try Startup.delivery(try sinks.settings(nil), node: nil)
    var isWhole = true
    for trace in traces where !interruption.hasCome {
      var engine = Engine(policy: rules, quiet: all ? .off : configuration.quiet)
      var alerts: UInt64 = 0
      func send(_ alert: Alert) {
        if let tenant, alert.tenant != tenant { return }
        alerts += 1
        delivery.sendWaiting(alert)
      }
      let (summary, capture) = try Self.read(trace, until: interruption) { record in
        engine.process(record) { send($0) }
      }
      engine.finish { send($0) }
      for error in summary.errors { Console.say("selvage: \(error)") }
      if let capture, !quiet { Console.say(ImportReport(trace, capture).text) }
      if !summary.isWhole { isWhole = false }
      if !quiet || !summary.isWhole || interruption.hasCome { Console.say(Self.line(trace, summary, alerts: alerts)) }
    }
    let status = delivery.finish(timeoutMilliseconds: interruption.hasCome ? 2000 : 60_000)
    for sink in status where sink.lost > 0 {
      Console.say("selvage: \(DeliveryHealth.line(sink))")
      isWhole = false
    }
    if interruption.hasCome {
      Console.say("selvage: interrupted; the rest was not replayed")
      isWhole = false
    }
    if !isWhole { throw ExitStatus.failed }
  }

  private func checkTenant(_ rules: Policy) throws {
    guard let tenant, rules.tenancy?.tenant(named: tenant) == nil else { return }
    let names = rules.tenancy?.tenants.map(\.name) ?? []
    let hint = names.isEmpty ? "there are no tenants: give --tenants FILE" : NearestName.hint(tenant, among: names)
    Console.say("selvage: no tenant \(DisplayText.quoted(tenant))\(hint.map { "; \($0)" } ?? "")")
    throw ExitStatus.refused
  }

  private static func read(
    _ trace: String, until interruption: Interruption, _ body: (borrowing Record) -> Void
  ) throws -> (TraceSummary, ScapCounts?) {
    var reader = try Startup.trace(trace)
    while !interruption.hasCome {
      do throws(TraceError) {
        guard let record = try reader.next() else { break }
        body(record)
      } catch {}  // it is in the summary
    }
    return (reader.summary, reader.capture)
  }

  private static func line(_ trace: String, _ summary: TraceSummary, alerts: UInt64) -> String {
    "\(EscapedText.escaped(trace.utf8, limit: 4096)): \(summary.records) records, \(alerts) alerts\(summary.damageText)"
  }
}

internal import ArgumentParser
internal import Capture
internal import Discovery
internal import Events

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what can be seen on this node, by which hook, and what can't.",
    discussion: """
      Needs root: it loads and attaches every program for a moment. The status is 0 when everything is seen, 2 without \
      the permission to look, 3 when something isn't seen. Who could say what workloads are, as container runtimes and \
      Slurm, is asked once; what isn't there changes no status.
      """)

  @Flag(name: .long, help: "As JSON, for programs.")
  var json = false

  @OptionGroup var options: ConfigurationOptions

  func run() throws {
    let node = NodeReport()
    var hooks: [HookState] = []
    var failure: CaptureError?
    do {
      hooks = try Sensors(settings: CaptureSettings(), hierarchy: try CgroupHierarchy.current()).hooks
    } catch {
      failure = error
    }
    let configuration = try options.configuration()
    let discovery = Discovery(settings: configuration.discovery, hierarchy: node.hierarchy?.path ?? "")
    let report = DoctorReport(node, hooks, discovery.probe(), failure)
    Console.answer(json ? try JSONText.text(report) : report.text)
    if let failure { throw failure.isNodesFault ? ExitStatus.unable : ExitStatus.refused }
    if report.hooks.contains(where: { $0.state == "refused" }) { throw ExitStatus.unable }
  }
}

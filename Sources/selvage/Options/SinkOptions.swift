internal import ArgumentParser
internal import Delivery
internal import Events
internal import Glibc
internal import Rules

/// Where alerts go.
struct SinkOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Send alerts as RFC 5424 messages to \(SyslogReceiver.hint); may be repeated.",
      valueName: "receiver"))
  var syslog: [SyslogReceiver] = []

  @Option(
    name: .long, help: ArgumentHelp("Write alerts as JSON lines to a file; \"-\" is standard output.", valueName: "file"))
  var json: [String] = []

  @Option(name: .long, help: ArgumentHelp("Of syslog messages: daemon, authpriv, local0 to local7, ...", valueName: "name"))
  var facility: SyslogFacility?

  /// Options win over the configuration; without either, a line an alert goes to standard output and, live, to the
  /// local syslog where there is one.
  ///
  /// - Parameter configuration: nil: of a replay, which sends nothing that wasn't asked for on its command line.
  func settings(_ configuration: Configuration?) throws -> [SinkSetting] {
    let facility = facility ?? .authpriv
    let asked = json.map { SinkSetting.json(path: $0) } + syslog.map { SinkSetting(.syslog(SyslogSetting([$0], facility: facility))) }
    guard asked.isEmpty else { return asked }
    if let configured = configuration?.sinks, !configured.isEmpty { return configured }
    var usual = [SinkSetting.terminal(descriptor: STDOUT_FILENO, colours: Console.hasColours)]
    if configuration != nil, access("/dev/log", F_OK) == 0 {
      usual.append(.syslogUnix(facility: facility))
    }
    return usual
  }
}

extension SinkOptions {
  /// Refuses files that hold something: what a command wrote can't be told from what was there.
  func refuseFullFiles() throws {
    for path in json where path != "-" {
      var file = stat()
      guard stat(path, &file) == 0, file.st_mode & S_IFMT == S_IFREG, file.st_size > 0 else { continue }
      Console.say(
        "selvage: \(EscapedText.escaped(path.utf8, limit: 4096)) is there and not empty; remove it, or give --append")
      throw ExitStatus.refused
    }
  }
}

extension SyslogReceiver: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}

extension SyslogFacility: ExpressibleByArgument {
  package init?(argument: String) { self.init(name: argument) }
}

internal import ArgumentParser
internal import Events
internal import Rules
internal import SystemPackage

struct TraceRedactCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redact",
    abstract: "A trace without what tells of people and places, to give away.",
    discussion: """
      Arguments, values of environment variables, addresses, and what is known of workloads (names of cgroups, labels, \
      images, accounts, mounts) are replaced by hashes with a key: what was equal stays equal, within the trace and in all that are redacted with the same key, and who has not the key can't try guesses. \
      The key comes from a file, at least 16 bytes that nobody can guess: `head -c 32 /dev/urandom > redact.key`.

      Still readable: what programs ran (paths, the name they were called by), process names, user and group ids, times, \
      ports, names of nodes, which kind of workload it was. --paths and --node replace those as well. Addresses stay of their family; private \
      ones stay private, and loopback, link-local and multicast stay as they are.

      Example:
        selvage trace redact night.trace shared.trace --key redact.key
      """)

  @Argument(help: ArgumentHelp("What to read; \"-\" is standard input.", valueName: "trace"), completion: .file())
  var trace: String

  @Argument(help: ArgumentHelp("What to write; \"-\" is standard output.", valueName: "output"), completion: .file())
  var output: String

  @Option(name: .long, help: ArgumentHelp("The file with the key.", valueName: "file"), completion: .file())
  var key: String

  @Flag(name: .long, help: "Replace paths as well, component by component, and the names by which programs were called.")
  var paths = false

  @Flag(name: .long, help: "Replace names of nodes and boot ids as well. Ids of alerts depend on them.")
  var node = false

  @Flag(name: .long, help: "Leave arguments as they are.")
  var keepArguments = false

  @Flag(name: .long, help: "Leave environment variables as they are.")
  var keepEnvironment = false

  @Flag(name: .long, help: "Leave addresses as they are.")
  var keepAddresses = false

  @Flag(name: .long, help: "Leave names of cgroups, facts and mounts as they are.")
  var keepWorkloads = false

  @Flag(name: .long, help: "Addresses of one network (/24, IPv6 /64) stay in one network.")
  var keepNetworks = false

  @OptionGroup var options: TraceOutputOptions

  private static let leastKeyBytes = 16
  private static let mostKeyBytes = 4096

  func run() throws {
    let interruption = try Startup.interruption()
    var redactor = RecordRedactor(key: try readKey(), subjects, keepsNetworks: keepNetworks)
    var input = try TraceInput(trace, interruption)
    let output = try TraceOutput(output, options, usual: input.isJSONL ? .jsonl : .trace)
    var copy = TraceCopy(output)
    var left: UInt64 = 0
    input.forEach { record, lost in
      guard let bytes = redactor.redacted(record), let redacted = try? Record(number: record.number, bytes: bytes.span.bytes)
      else {
        left &+= 1
        return true
      }
      return copy.append(redacted, lostBefore: lost)
    }
    let isWhole = input.report()
    try copy.finish()
    if left > 0 {
      Console.say(
        "selvage: \(input.name): \(left) records are left out: of kinds that this version doesn't know, or too long once redacted")
    }
    if !isWhole { throw ExitStatus.failed }
  }

  private var subjects: RecordRedactor.Subjects {
    var subjects: RecordRedactor.Subjects = [.arguments, .environment, .addresses, .workloads]
    if keepArguments { subjects.remove(.arguments) }
    if keepEnvironment { subjects.remove(.environment) }
    if keepAddresses { subjects.remove(.addresses) }
    if keepWorkloads { subjects.remove(.workloads) }
    if paths { subjects.insert(.paths) }
    if node { subjects.insert(.nodes) }
    return subjects
  }

  private func readKey() throws -> [UInt8] {
    let bytes: [UInt8]
    let name = EscapedText.escaped(key.utf8, limit: 4096)
    do throws(FileReader.Failure) { bytes = try FileReader.read(key, limit: Self.mostKeyBytes) } catch {
      let why =
        switch error {
        case .system(let code): Errno(rawValue: code).description
        case .notRegular: "it is no regular file"
        case .tooLong: "it is longer than \(Self.mostKeyBytes) bytes"
        }
      Console.say("selvage: can't read the key \(name): \(why)")
      throw ExitStatus.refused
    }
    guard bytes.count >= Self.leastKeyBytes else {
      Console.say("selvage: the key \(name) has \(bytes.count) bytes: at least \(Self.leastKeyBytes)")
      throw ExitStatus.refused
    }
    return bytes
  }
}

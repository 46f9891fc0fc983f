internal import ArgumentParser
internal import Delivery
internal import Events
internal import Glibc

/// For where alerts are gathered; needs no agent and no root.
struct ReceiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receive",
    abstract: "On a log server: drop alerts that came twice, and tell which are missing.",
    discussion: """
      Reads what a syslog receiver wrote, a line an alert, from standard input, and writes each alert once to standard \
      output; lines that are no numbered alerts pass. On standard error it tells of gaps in the numbers, of alerts that \
      came late, and of nodes whose heartbeats stay away. Ends with 1 if something is missing. docs/receiving.md shows \
      rsyslog and syslog-ng configurations that run it.

      Examples:
        selvage receive <alerts.log >once.log
        selvage receive --report gaps.log <alerts.log >/dev/null
      """)

  @Option(name: .long, help: ArgumentHelp("Append what is missing to a file instead of standard error.", valueName: "file"))
  var report: String?

  private static let pollMilliseconds: Int32 = 1000

  func run() throws {
    var received = ReceivedAlerts()
    var splitter = LineSplitter()
    var output: [UInt8] = []
    let told = try reportDescriptor()
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      var polled = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let ready = poll(&polled, 1, Self.pollMilliseconds)
      let now = KernelClock.boot / 1_000_000_000
      tell(received.silent(atSeconds: now), told)
      guard ready > 0 else { continue }
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count >= 0 else {
        Console.say("selvage: reading standard input: \(String(cString: strerror(errno)))")
        throw ExitStatus.failed
      }
      let take: ([UInt8]) -> Void = { line in
        let verdict = received.receive(line, atSeconds: now)
        if let complaint = verdict.complaint { tell([complaint], told) }
        if verdict.isNew { output += line + [UInt8(ascii: "\n")] }
      }
      if count > 0 { buffer.withUnsafeBytes { splitter.add(.init(rebasing: $0[..<count]), take) } } else { splitter.finish(take) }
      try write(output, STDOUT_FILENO)
      output.removeAll(keepingCapacity: true)
      if count == 0 { break }
    }
    let counts = received.counts
    Console.say(
      "\(counts.lines) lines: \(counts.alerts) alerts, \(counts.again) of them again; \(counts.heartbeats) heartbeats; "
        + "\(counts.gaps) gaps, \(counts.late) came late\(received.isIncomplete ? "; some are missing" : "")")
    if received.isIncomplete { throw ExitStatus.failed }
  }

  private func reportDescriptor() throws -> Int32 {
    guard let report else { return STDERR_FILENO }
    let descriptor = open(report, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else {
      Console.say("selvage: \(EscapedText.escaped(report.utf8, limit: 4096)): \(String(cString: strerror(errno)))")
      throw ExitStatus.refused
    }
    return descriptor
  }

  /// What a sender wrote may act on no terminal.
  private func tell(_ complaints: [String], _ descriptor: Int32) {
    for complaint in complaints {
      let time = CivilTime(nanosecondsSince1970: KernelClock.wall).formatted(fractionDigits: 0)
      try? write(Array("\(time) \(EscapedText.escaped(complaint.utf8, limit: 1024))\n".utf8), descriptor)
    }
  }

  private func write(_ bytes: [UInt8], _ descriptor: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        Console.say("selvage: writing: \(String(cString: strerror(errno)))")
        throw ExitStatus.failed
      }
      rest = rest.dropFirst(count)
    }
  }
}

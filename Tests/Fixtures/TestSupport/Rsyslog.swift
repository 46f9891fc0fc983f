internal import FoundationEssentials
internal import Glibc
internal import SystemPackage

/// A real rsyslogd with a socket and a UDP port of its own, and others if asked, that writes what it understood as JSON
/// lines.
package final class Rsyslog {
  package static let program = "/usr/sbin/rsyslogd"
  package static let isInstalled = access(program, X_OK) == 0

  /// How it takes messages, besides.
  package enum Input: Hashable, Sendable {
    case tcp
    case relp
    /// - Parameters:
    ///   - certificate: its own, of ``Certificates``.
    ///   - client: the name that a client's certificate must have; nil: it needs none.
    case tls(certificate: String = "server", client: String? = "client")
    case relpTLS(certificate: String = "server", client: String? = "client")
  }

  /// What rsyslog's parser made of a message.
  package struct Message: Decodable {
    package let pri, time, hostname, app, procid, msgid, sd, msg, raw: String
    /// By rsyslog's own parser of structured data.
    package let elements: [String: [String: String]]
    /// What its parser of JSON behind the `@cee:` cookie found, as JSON.
    package let cee: String
  }

  package let folder: TemporaryFolder
  package let port: UInt16
  package var socketPath: String { "\(folder.path)/log" }
  private var outputPath: String { "\(folder.path)/out" }
  private let inputs: [Input]
  /// Of the inputs, in their order.
  package let ports: [UInt16]
  private var process: Program?

  /// - Parameters:
  ///   - settings: more of the `global` statement.
  ///   - answersWhenWritten: a message is in the file before its sender is told that it has come; else in memory.
  package init(
    _ folder: TemporaryFolder, settings: String = #"maxMessageSize="64k""#, inputs: [Input] = [],
    answersWhenWritten: Bool = false
  ) throws {
    self.folder = folder
    self.inputs = inputs
    ports = try inputs.map { _ in try FreePort.find() }
    // Free a moment ago; the receiver is gone before rsyslog comes.
    port = try DatagramReceiver().port
    _ = try folder.write(
      """
      global(workDirectory="\(folder.path)" parser.escapeControlCharactersOnReceive="off" \(settings))
      module(load="imuxsock" SysSock.Use="off")
      module(load="imudp")
      module(load="mmpstrucdata")
      module(load="mmjsonparse")
      input(type="imuxsock" Socket="\(folder.path)/log" RateLimit.Interval="0" UseSpecialParser="off" \
      IgnoreTimestamp="off")
      \(try zip(inputs, ports).map { try $0.statements(port: $1) }.joined(separator: "\n"))
      input(type="imudp" Address="127.0.0.1" Port="\(port)")
      template(name="understood" type="list") {
        constant(value="{")
        property(outname="pri" name="pri" format="jsonf")
        constant(value=",") property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
        constant(value=",") property(outname="hostname" name="hostname" format="jsonf")
        constant(value=",") property(outname="app" name="app-name" format="jsonf")
        constant(value=",") property(outname="procid" name="procid" format="jsonf")
        constant(value=",") property(outname="msgid" name="msgid" format="jsonf")
        constant(value=",") property(outname="sd" name="structured-data" format="jsonf")
        constant(value=",") property(outname="msg" name="msg" format="jsonf")
        constant(value=",") property(outname="raw" name="rawmsg" format="jsonf")
        constant(value=",") property(outname="cee" name="$!cee" format="jsonf")
        constant(value=",\\"elements\\":") property(name="$!rfc5424-sd")
        constant(value="}\\n")
      }
      \(answersWhenWritten ? #"main_queue(queue.type="direct")"# : "")
      action(type="mmpstrucdata" sd_name.lowercase="off")
      action(type="mmjsonparse" container="$!cee")
      action(type="omfile" file="\(folder.path)/out" template="understood")

      """, "rsyslog.conf")
    try start()
  }

  deinit { stop() }

  /// Returns when it listens.
  package func start() throws {
    let arguments = ["-n", "-f", "\(folder.path)/rsyslog.conf", "-i", "\(folder.path)/pid"]
    process = try Program(Self.program, arguments.map { Array($0.utf8) })
    try expect(eventually { listens }, "rsyslogd does not listen: \(errors)")
  }

  /// Returns when it is gone.
  package func stop() { end(by: SIGTERM) }

  /// At once, with all that it has not written.
  package func kill() { end(by: SIGKILL) }

  private func end(by signal: Int32) {
    guard let process else { return }
    process.signal(signal)
    if !eventually({ process.isOver }) { process.signal(SIGKILL) }
    _ = eventually { process.isOver }
    self.process = nil
    unlink("\(folder.path)/pid")
  }

  /// SIGSTOP, SIGCONT, SIGHUP
  package func signal(_ number: Int32) { process?.signal(number) }

  /// What it has written so far.
  package func messages() throws -> [Message] {
    try lines(contents(outputPath)).map { line in
      do { return try JSONDecoder().decode(Message.self, from: Data(line.utf8)) } catch {
        throw TestFailure("\(error): \(line)")
      }
    }
  }

  /// How many that is.
  package var written: Int { contents(outputPath).count { $0 == UInt8(ascii: "\n") } }

  /// Waits for so many.
  package func messages(_ count: Int) throws -> [Message] {
    try expect(eventually(seconds: 60) { written >= count }, "\(written) of \(count) came: \(errors)")
    return try messages()
  }

  package var errors: String { process.map { $0.output + $0.errors } ?? "it does not run" }

  private var listens: Bool {
    var file = stat()
    let hexadecimal = String(port, radix: 16, uppercase: true)
    let entry = "0100007F:" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
    return stat(socketPath, &file) == 0 && ports.allSatisfy(FreePort.isListening)
      && String(decoding: contents("/proc/net/udp"), as: UTF8.self).contains(entry)
  }
}

extension Rsyslog.Input {
  fileprivate func statements(port: UInt16) throws -> String {
    // An input of a kind loads its module; loading it twice is told, and does no harm.
    switch self {
    case .tcp:
      return """
        module(load="imtcp")
        input(type="imtcp" Address="127.0.0.1" Port="\(port)")
        """
    case .tls(let certificate, let client):
      let files = try Certificates.shared()
      return """
        global(defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="\(files.certificate("ca"))"
          defaultNetstreamDriverCertFile="\(files.certificate(certificate))"
          defaultNetstreamDriverKeyFile="\(files.key(certificate))")
        module(load="imtcp")
        input(type="imtcp" Address="127.0.0.1" Port="\(port)" StreamDriver.Name="gtls" StreamDriver.Mode="1"
          StreamDriver.AuthMode="\(client == nil ? "anon" : "x509/name")" \(client.map { #"PermittedPeer=["\#($0)"]"# } ?? ""))
        """
    case .relp:
      return """
        module(load="imrelp")
        input(type="imrelp" Port="\(port)")
        """
    case .relpTLS(let certificate, let client):
      let files = try Certificates.shared()
      return """
        module(load="imrelp")
        input(type="imrelp" Port="\(port)" tls="on" tls.caCert="\(files.certificate("ca"))"
          tls.myCert="\(files.certificate(certificate))" tls.myPrivKey="\(files.key(certificate))"
          tls.authMode="name" tls.permittedPeer=["\(client ?? "*")"])
        """
    }
  }
}

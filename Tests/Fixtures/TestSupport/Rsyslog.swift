internal import FoundationEssentials
internal import Glibc
internal import SystemPackage

/// A real rsyslogd with a socket and a UDP port of its own, that writes what it understood as JSON lines.
package final class Rsyslog {
  package static let program = "/usr/sbin/rsyslogd"
  package static let isInstalled = access(program, X_OK) == 0

  /// What rsyslog's parser made of a message.
  package struct Message: Decodable {
    package let pri, time, hostname, app, procid, msgid, sd, msg, raw: String
    /// By rsyslog's own parser of structured data.
    package let elements: [String: [String: String]]
  }

  package let folder: TemporaryFolder
  package let port: UInt16
  package var socketPath: String { "\(folder.path)/log" }
  private var outputPath: String { "\(folder.path)/out" }
  private var process: pid_t = 0

  /// - Parameter settings: more of the `global` statement.
  package init(_ folder: TemporaryFolder, settings: String = #"maxMessageSize="64k""#) throws {
    self.folder = folder
    // Free a moment ago; the receiver is gone before rsyslog comes.
    port = try DatagramReceiver().port
    _ = try folder.write(
      """
      global(workDirectory="\(folder.path)" parser.escapeControlCharactersOnReceive="off" \(settings))
      module(load="imuxsock" SysSock.Use="off")
      module(load="imudp")
      module(load="mmpstrucdata")
      input(type="imuxsock" Socket="\(folder.path)/log" RateLimit.Interval="0" UseSpecialParser="off" \
      IgnoreTimestamp="off")
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
        constant(value=",\\"elements\\":") property(name="$!rfc5424-sd")
        constant(value="}\\n")
      }
      action(type="mmpstrucdata" sd_name.lowercase="off")
      action(type="omfile" file="\(folder.path)/out" template="understood")

      """, "rsyslog.conf")
    try start()
  }

  deinit { stop() }

  /// Returns when it listens.
  package func start() throws {
    let arguments = [
      Self.program, "-n", "-f", "\(folder.path)/rsyslog.conf", "-i", "\(folder.path)/pid",
    ]
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, "\(folder.path)/errors", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // The test's thread may have SIGTERM blocked, and a program inherits that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let result = posix_spawn(&process, Self.program, &actions, &attributes, &pointers, environ)
    try expect(result == 0, "posix_spawn: \(Errno(rawValue: result))")
    try expect(eventually { listens }, "rsyslogd does not listen: \(errors)")
  }

  /// Returns when it is gone.
  package func stop() {
    guard process != 0 else { return }
    kill(process, SIGTERM)
    if !eventually({ waitpid(process, nil, WNOHANG) != 0 }) {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    process = 0
    unlink("\(folder.path)/pid")
  }

  /// What it has written so far.
  package func messages() throws -> [Message] {
    try lines(contents(outputPath)).map { line in
      do { return try JSONDecoder().decode(Message.self, from: Data(line.utf8)) } catch {
        throw TestFailure("\(error): \(line)")
      }
    }
  }

  /// Waits for so many.
  package func messages(_ count: Int) throws -> [Message] {
    try expect(try eventually { try messages().count >= count }, "not as many came: \(errors)")
    return try messages()
  }

  package var errors: String { String(decoding: contents("\(folder.path)/errors"), as: UTF8.self) }

  private var listens: Bool {
    var file = stat()
    let hexadecimal = String(port, radix: 16, uppercase: true)
    let entry = "0100007F:" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
    return stat(socketPath, &file) == 0
      && String(decoding: contents("/proc/net/udp"), as: UTF8.self).contains(entry)
  }
}

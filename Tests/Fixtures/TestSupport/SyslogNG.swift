internal import Glibc

/// A real syslog-ng that takes RFC 5424 over TCP and TLS, and writes what it understood: the alert's `seq` and the text.
package final class SyslogNG {
  /// `scripts/install-packages --test` unpacks it: it can't be installed beside rsyslog.
  private static let root = "/usr/local/lib/selvage-tests/syslog-ng"
  package static let isInstalled = access("\(root)/usr/sbin/syslog-ng", X_OK) == 0

  package let folder: TemporaryFolder
  package let tcpPort: UInt16
  /// With client certificates of ``Certificates``' authority.
  package let tlsPort: UInt16
  private let configuration: String
  private var process: Program?

  package init(_ folder: TemporaryFolder) throws {
    self.folder = folder
    tcpPort = try FreePort.find()
    tlsPort = try FreePort.find()
    let files = try Certificates.shared()
    configuration = try folder.write(
      """
      @version: 3.38
      options { keep-hostname(yes); use-dns(no); log-msg-size(65536); flush-lines(1); };
      source alerts {
        syslog(ip(127.0.0.1) port(\(tcpPort)) transport("tcp"));
        syslog(ip(127.0.0.1) port(\(tlsPort)) transport("tls") tls(
          key-file("\(files.key("server"))") cert-file("\(files.certificate("server"))")
          ca-file("\(files.certificate("ca"))") peer-verify(required-trusted)));
      };
      destination out { file("\(folder.path)/out" template("${.SDATA.alert@32473.seq} ${MSG}\\n")); };
      log { source(alerts); destination(out); };

      """, "syslog-ng.conf")
    try start()
  }

  /// With a configuration of the caller's, which listens there.
  package init(_ folder: TemporaryFolder, configuration: String, port: UInt16) throws {
    self.folder = folder
    (tcpPort, tlsPort) = (port, port)
    self.configuration = configuration
    try start()
  }

  deinit { stop() }

  /// Returns when it listens.
  package func start() throws {
    let arguments = [
      "-F", "--no-caps", "-f", configuration, "-R", "\(folder.path)/persist", "-c", "\(folder.path)/control",
      "-p", "\(folder.path)/pid", "--module-path=\(Self.root)/usr/lib/syslog-ng/3.38",
    ]
    let process = try Program(
      "\(Self.root)/usr/sbin/syslog-ng", arguments.map { Array($0.utf8) },
      environment: ["LD_LIBRARY_PATH=\(Self.root)/usr/lib/syslog-ng"])
    self.process = process
    let listens = eventually { process.isOver || FreePort.isListening(tcpPort) && FreePort.isListening(tlsPort) }
    try expect(listens && !process.isOver, "syslog-ng does not listen: \(process.errors)")
  }

  /// Returns when it is gone.
  package func stop() {
    guard let process else { return }
    process.signal(SIGTERM)
    if !eventually({ process.isOver }) { process.signal(SIGKILL) }
    _ = eventually { process.isOver }
    self.process = nil
  }

  /// Waits for so many lines.
  package func lines(_ count: Int) throws -> [String] {
    let path = "\(folder.path)/out"
    let came = eventually(seconds: 60) { contents(path).count { $0 == UInt8(ascii: "\n") } >= count }
    let found = TestSupport.lines(contents(path))
    try expect(came, "\(found.count) of \(count) came: \(process?.errors ?? "it does not run")")
    return found
  }
}

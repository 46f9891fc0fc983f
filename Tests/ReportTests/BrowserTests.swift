import Events
import Glibc
import TestSupport
import Testing

@testable import Report

/// The page in Chromium, headless, driven by Tests/browser/check.mjs.
@Suite(.serialized) struct BrowserTests {
  private static let node = "/usr/bin/node"
  private static let hasNode = access(node, X_OK) == 0
  private static let hasBrowser = hasNode && access("/usr/bin/chromium", X_OK) == 0
  private static let script: String = {
    let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return "/\(tests)/browser/check.mjs"
  }()

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func check(_ name: String, _ page: TestPage) throws {
    let file = try folder.write(page.bytes, "page.html")
    let program = try Program(
      Self.node, [Self.script, name, file].map { Array($0.utf8) },
      environment: ["PATH=/usr/bin:/bin", "HOME=\(folder.path)"])
    let end = try program.finish(seconds: 400)
    #expect(end.status == 0, "\(end.output)\(end.errors)")
  }

  /// Alerts of two rules, with all that a page can show of them.
  private static func ordinary() throws -> TestPage {
    var stream = TestStream()
    stream.exec(10, "sshd", comm: "sshd", parent: 0, kind: .task)
    for pid in 100..<112 as Range<UInt32> {
      stream.fork(pid, from: 10)
      stream.exec(pid, "sh", "-c", pid == 105 ? "needle" : "hay", parent: 10)
      stream.socket(.connect, pid, remote: [10, 0, 0, 9], remotePort: 443, result: -115)
      stream.socket(
        .connected, pid, local: [10, 0, 0, 1], localPort: 4000, remote: [10, 0, 0, 9], remotePort: 443, result: -111)
      stream.fork(pid + 100, from: pid)
      stream.exit(pid + 100, signal: 9)
      stream.exit(pid, code: 1)
      stream.wait(nanoseconds: 100_000_000)
    }
    return try stream.report(
      rule("Shell", "evt.type = execve and proc.name = sh")
        + rule("Port", "evt.type = connect and proc.args contains needle", priority: "Critical")
        + rule("Note", "evt.type = procexit and proc.args contains needle", priority: "Debug"))
  }

  @Test(.enabled(if: hasNode, "needs node")) func theScriptHasNoSyntaxError() throws {
    let file = try folder.write(PageTemplate.script, "page.js")
    let end = try Program.run(Self.node, ["--check", file])
    #expect(end.status == 0, "\(end.errors)")
  }

  @Test(.enabled(if: hasBrowser, "needs chromium and node")) func hostileBytesAreOnlyText() throws {
    var stream = TestStream(node: "<b>node</b>")
    for (index, bytes) in PageTests.hostile.enumerated() {
      let pid = UInt32(100 + index)
      stream.fork(pid, from: 10)
      stream.exec(
        pid, [bytes, bytes.prefix(2000) + []], comm: bytes, exe: bytes.prefix(300) + [], cwd: bytes.prefix(300) + [])
      stream.socket(.connect, pid, remote: [10, 0, 0, 9], remotePort: 443, result: -115)
    }
    // Deep, and so far to the right.
    for pid in 1000..<1100 as Range<UInt32> { stream.fork(pid + 1, from: pid) }
    stream.exec(1100, String(repeating: "W", count: 3000), parent: 1099)
    let any = rule("<i>Any</i> \u{202E}rule", "evt.type = execve", output: "%proc.exe %proc.args")
    try check("hostile", stream.report(any))
  }

  @Test(.enabled(if: hasBrowser, "needs chromium and node"), arguments: ["keyboard", "contrast", "plain", "print"])
  func anOrdinaryPage(_ name: String) throws { try check(name, Self.ordinary()) }

  @Test(.enabled(if: hasBrowser, "needs chromium and node")) func tenThousandAlerts() throws {
    var stream = TestStream()
    for pid in 1000..<11_500 as Range<UInt32> {
      stream.exec(pid, "cat", "/etc/shadow", comm: "cat")
      if pid.isMultiple(of: 500) { stream.wait(nanoseconds: 3_000_000_000) }
    }
    try check("many", stream.report(rule("Often", "evt.type = execve")))
  }
}

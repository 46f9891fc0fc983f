import Events
import Rules
import Testing

@testable import Report

/// What stands in the page's text.
struct PageTests {
  @Test func anAlertIsToldWithAndWithoutAScript() throws {
    var stream = TestStream()
    stream.exec(100, "nginx", comm: "nginx")
    stream.fork(101, from: 100)
    stream.exec(101, "sh", "-c", "id; whoami", parent: 100)
    stream.exit(101, code: 3)
    let page = try stream.report(rule("Shell", "evt.type = execve and proc.name = sh"))
    #expect(page.items.count == 1)
    let item = try #require(page.items.first)
    #expect(item.contains("<b class=\"rule\">Shell</b>") && item.contains("sh -c id; whoami"))
    #expect(item.contains(">22:13:21.003</time>") && item.contains("<span class=\"severity s4\">Warning</span>"))
    #expect(page.text.contains("<h1>node1: 1 alert</h1>") && page.text.contains("<dt>Losses</dt><dd>none</dd>"))
    #expect(page.text.contains("2023-11-14 22:13:21.000 UTC"))
    #expect(page.text.contains("recorded by test, reported by 1.2.3"))
    let alert = try #require(page.data.alerts.first)
    // So that an address with it finds the alert.
    #expect(item.contains("id=\"\(alert.id)\""))
    #expect(alert.time == 3_000_000 && alert.record == "4")
    #expect(alert.fields.contains(["proc.pid", "101"]))
    let shown = try #require(page.data.rules.first)
    #expect(shown.condition == "evt.type = execve and proc.name = sh" && shown.place == "rules.yaml:1")
    #expect(shown.count == 1 && shown.severity == 4)
  }

  /// What a program may call itself, or be given.
  static let hostile: [[UInt8]] = [
    Array("</script><script>document.title='owned'</script>".utf8),
    Array("<img src=x onerror=\"document.title='owned'\">".utf8),
    Array("'\"><svg/onload=alert(1)> & &lt; <!-- --> ]]>".utf8),
    Array("{{data}}{{script}}".utf8),
    Array("\u{202E}gpj.exe\u{2066}\u{200B}\u{2028}\u{2029}".utf8),
    [0xFF, 0xFE, 0x80, 0xC0, 0xAF, 0xED, 0xA0, 0x80, 0xF4, 0x90, 0x80, 0x80],
    Array("\u{1B}[2J\r\n\t\u{7F}\\".utf8),
    Array("שלום مرحبا".utf8),
    [UInt8](repeating: UInt8(ascii: "A"), count: 20_000),
  ]

  @Test(arguments: hostile) func hostileBytesAreText(argument: [UInt8]) throws {
    var stream = TestStream(node: String(decoding: argument.prefix(200), as: UTF8.self))
    let path = Array(argument.prefix(300))
    stream.exec(100, [argument, argument.prefix(4000) + []], comm: argument, exe: path, cwd: path)
    let page = try stream.report(rule("Any", "evt.type = execve", output: "%proc.exe %proc.args %proc.exepath"))
    #expect(page.data.alerts.count == 1)
    // The page's own elements, and not one more.
    #expect(page.text.ranges(of: "<script").count == 2)
    #expect(page.text.ranges(of: "</script").count == 2)
    #expect(page.text.ranges(of: "<img").isEmpty && page.text.ranges(of: "<svg/").isEmpty)
    for scalar in page.text.unicodeScalars where scalar != "\n" {
      #expect(!EscapedText.isHostile(scalar), "U+\(String(scalar.value, radix: 16))")
    }
    #expect(page.bytes.count < 400_000)
  }

  @Test func theSamePageForTheSameRecords() throws {
    var stream = TestStream()
    for pid in 100..<140 as Range<UInt32> {
      stream.exec(pid, "a", "\(pid)")
      stream.socket(.connect, pid, remote: [10, 0, 0, 1], remotePort: UInt16(pid), result: -115)
    }
    let rules = rule("A", "evt.type = execve") + rule("B", "evt.type = connect", priority: "Critical")
    #expect(try stream.report(rules).bytes == stream.report(rules).bytes)
  }

  @Test func noAlert() throws {
    let page = try TestStream().report(rule("A", "evt.type = execve"))
    #expect(page.text.contains("<h1>node1: 0 alerts</h1>") && page.items.isEmpty)
    #expect(page.text.contains("0 of 1 fired"))
  }

  /// The monitor's own alert is one like others.
  @Test func lossesAreSaid() throws {
    var counters = CountersRecord()
    counters.kinds[.exec] = CountersRecord.Counter(produced: 20, lostRing: 7)
    var stream = TestStream()
    stream.add(counters.encoded(timeNanoseconds: 2_000_000_000, pid: 1))
    let page = try stream.report(rule("A", "evt.type = execve"))
    #expect(page.text.contains("<dt>Losses</dt><dd><strong>7 events that the sensors could not tell</strong></dd>"))
    #expect(page.data.alerts.first?.message.contains("7 lost.execve") == true)
    #expect(page.data.rules.first?.condition == "" && page.text.contains("0 of 1 fired"))
    // A stream that starts in the middle tells losses that were before it.
    counters.isTold = true
    var cut = TestStream()
    cut.add(counters.encoded(timeNanoseconds: 2_000_000_000, pid: 1))
    #expect(try cut.report(rule("A", "evt.type = execve")).text.contains("<dt>Losses</dt><dd>none</dd>"))
  }

  @Test func aTraceWithoutARecord() throws {
    let report = TraceReport(policy: Policy(rules: [], predicates: []))
    let page = try TestPage(report.page(ReportOrigin(trace: "-", summary: TraceSummary(), rules: [], version: "1")))
    #expect(page.text.contains("<h1>Unknown node: 0 alerts</h1>") && page.data.span == 0)
  }

  // MARK: - The page's own parts

  @Test func theScriptWritesNoMarkup() {
    let script = String(decoding: PageTemplate.script, as: UTF8.self)
    for word in [
      "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "setTimeout(\"",
      "import(", "fetch(", "XMLHttpRequest", "</script", "<!--",
    ] {
      #expect(!script.contains(word), "\(word)")
    }
    let style = String(decoding: PageTemplate.style, as: UTF8.self)
    for word in ["url(", "@import", "</style"] { #expect(!style.contains(word), "\(word)") }
  }

  @Test func thePolicyAllowsNothingButThem() throws {
    let page = try TestStream().report(rule("A", "evt.type = execve"))
    let start = "http-equiv=\"Content-Security-Policy\" content=\""
    let policy = try #require(TestPage.between(start, "\"", in: page.text))
    let parts = policy.split(separator: "; ")
    for part in ["default-src 'none'", "base-uri 'none'", "form-action 'none'"] { #expect(parts.contains(part[...])) }
    #expect(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains("*"))
    #expect(policy.ranges(of: "'sha256-").count == 2)
  }

  @Test func gapsAreFilledOnce() {
    let values = ["title": Array("{{policy}}".utf8), "policy": Array("P".utf8)]
    let filled = String(decoding: PageTemplate.filled(values), as: UTF8.self)
    #expect(filled.contains("<title>{{policy}}</title>") && filled.contains("content=\"P\""))
  }

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (String(repeating: "a", count: 119), "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"),
  ]) func hashes(text: String, hash: String) {
    let digest = SHA256.digest(Array(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(digest == hash)
  }

  @Test func dataHasNoMarkup() {
    let escaped = String(decoding: DataBlock.escaped(Array("<a>&\u{2028}\u{2029}é\u{2027}".utf8)), as: UTF8.self)
    #expect(escaped == "\\u003ca\\u003e\\u0026\\u2028\\u2029é\u{2027}")
  }
}

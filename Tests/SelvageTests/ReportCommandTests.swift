import Glibc
import TestSupport
import Testing

/// `selvage report`: where its page goes, and what it says.
@Suite(.enabled(if: Selvage.isRoot, "root makes the recording"))
struct ReportCommandTests {
  private let folder: TemporaryFolder
  private let trace: String
  private let rules: String
  private var page: String { "\(folder.path)/page.html" }

  init() throws {
    folder = try TemporaryFolder()
    trace = "\(folder.path)/t.trace"
    #expect(try Selvage.run("record", "-o", trace, "--", "/bin/sh", "-c", "/bin/true; /bin/true").status == 0)
    rules = try folder.write(
      Selvage.rule("Started", "evt.type = execve and proc.name = true", output: "%proc.cmdline"), "rules.yaml")
  }

  @Test func aPageInAFile() throws {
    let end = try Selvage.run("report", trace, "--rules", rules, "-o", page)
    #expect(end.status == 0 && end.output.isEmpty)
    #expect(end.errors.hasPrefix("\(page): 2 alerts of "))
    let text = contents(page)
    #expect(text.starts(with: Array("<!doctype html>".utf8)))
    #expect(String(decoding: text, as: UTF8.self).contains("2 alerts</h1>"))
    var status = stat()
    #expect(stat(page, &status) == 0 && status.st_mode & 0o777 == 0o600)
    // Nothing else is left behind.
    #expect(try Program.run("/bin/ls", [folder.path]).output == "page.html\nrules.yaml\nt.trace\n")
    // The same page, byte for byte, whichever way the trace comes and the page goes.
    let piped = try Selvage.run("report", trace, "--rules", rules)
    #expect(Array(piped.output.utf8) == text && piped.errors.isEmpty)
    #expect(try Selvage.run("report", "-", "--rules", rules, input: trace).output.contains("standard input"))
  }

  @Test func aFileThatIsThereStaysUnlessAsked() throws {
    try folder.write("mine", "page.html")
    let refused = try Selvage.run("report", trace, "--rules", rules, "-o", page)
    #expect(refused.status == 2 && refused.errors.contains("--overwrite"), "\(refused)")
    #expect(contents(page) == Array("mine".utf8))
    #expect(try Selvage.run("report", trace, "--rules", rules, "-o", page, "--overwrite", "--quiet").errors.isEmpty)
    #expect(contents(page).count > 1000)
  }

  @Test func whatCannotBeDoneIsSaid() throws {
    let missing = try Selvage.run("report", "/nonexistent.trace", "--rules", rules, "-o", page)
    #expect(missing.status == 2 && missing.errors.contains("/nonexistent.trace"))
    #expect(access(page, F_OK) != 0)
    #expect(try Selvage.run("report", trace, "--rules", rules, "-o", "/nonexistent/page.html").status == 1)
    #expect(try Selvage.run("report", trace, "--rules", rules, "-o", page, "--alerts", "-1").status == 2)
    let full = try Selvage.run("report", trace, "--rules", rules, "-o", "/dev/full")
    #expect(full.status == 2, "a device is no page")
  }

  /// What can be read is on the page, and that it isn't all is said twice.
  @Test func aTraceThatWasCutOff() throws {
    let whole = contents(trace)
    let cut = try folder.write(Array(whole.dropLast(7)), "cut.trace")
    let end = try Selvage.run("report", cut, "--rules", rules, "-o", page)
    #expect(end.status == 1, "\(end)")
    #expect(String(decoding: contents(page), as: UTF8.self).contains("after the last whole block"))
  }

  @Test func linesOfJSONGiveThePageOfTheirTrace() throws {
    let lines = "\(folder.path)/t.jsonl"
    #expect(try Selvage.run("trace", "convert", trace, lines).status == 0)
    let pages = try [trace, lines].map { try Selvage.run("report", "-", "--rules", rules, input: $0) }
    #expect(pages[0].status == 0 && pages[0] == pages[1])
  }

  @Test func fewerDetails() throws {
    let end = try Selvage.run("report", trace, "--rules", rules, "--alerts", "0")
    // Of each rule the first ones have details all the same.
    #expect(end.status == 0 && end.output.contains("2 alerts</h1>") && !end.output.contains("have no details here"))
  }
}

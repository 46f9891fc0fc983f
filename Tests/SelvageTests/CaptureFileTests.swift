import TestSupport
import Testing

/// Captures of Falco and sysdig on the command line.
struct CaptureFileTests {
  private let folder: TemporaryFolder
  private let rules: String
  private let capture: String

  private static func sample() -> ScapBuilder {
    var capture = ScapBuilder()
    capture.processes([ScapBuilder.Process(200)])
    capture.event(307, thread: 200, [ScapBuilder.le(Int64(3))])
    capture.exec(200, ["curl", "http://x"], path: "/usr/bin/curl", comm: "curl")
    capture.socket(200, 4)
    capture.connect(200, 4, result: 0, ScapBuilder.tuple([10, 0, 0, 1], 40000, [9, 9, 9, 9], 443))
    return capture
  }

  init() throws {
    folder = try TemporaryFolder()
    rules = try folder.write(Selvage.rule("Curl", "evt.type = connect and proc.name = curl", output: "%proc.cmdline to %fd.name"), "rules.yaml")
    capture = try folder.write(Self.sample().bytes, "capture")
  }

  @Test func replayed() throws {
    let end = try Selvage.run("replay", "--all", capture, "--rules", rules, "--json", "-")
    #expect(end.status == 0, "\(end)")
    #expect(end.output.contains("curl http://x to 10.0.0.1:40000->9.9.9.9:443"))
    #expect(end.output.contains("2023-11-14T22:13:20"), "the capture's own time: \(end.output)")
    #expect(end.errors.contains(": a capture in version 1.2, 6 events; of them and its list of processes: 1 execve, 1 task, 1 connect, 1 connected, 1 stream"), "\(end.errors)")
    #expect(end.errors.contains("not carried over, as records don't have them: 1: file 1 (openat 1)"))
    let quiet = try Selvage.run("replay", "--all", capture, "--rules", rules, "--json", "-", "--quiet")
    #expect(quiet.errors.isEmpty && quiet.output == end.output)
    let piped = try Selvage.run("replay", "--all", "-", "--rules", rules, "--json", "-", "--quiet", input: capture)
    #expect(piped.output == end.output)
  }

  /// Converted it is the same stream: its alerts are the same, byte for byte.
  @Test(arguments: ["c.trace", "c.jsonl"]) func converted(name: String) throws {
    let output = "\(folder.path)/\(name)"
    let conversion = try Selvage.run("trace", "convert", capture, output)
    #expect(conversion.status == 0, "\(conversion)")
    #expect(conversion.errors.contains("not carried over, as records don't have them: 1: file 1 (openat 1)"), "\(conversion)")
    let direct = try Selvage.run("replay", "--all", capture, "--rules", rules, "--json", "-", "--quiet")
    let other = try Selvage.run("replay", "--all", output, "--rules", rules, "--json", "-", "--quiet")
    #expect(!direct.output.isEmpty && other.output == direct.output)
  }

  @Test func reported() throws {
    let end = try Selvage.run("report", capture, "--rules", rules)
    #expect(end.status == 0 && end.errors.contains(": a capture in version 1.2"), "\(end.errors)")
    #expect(end.output.contains("<h1>node7: 1 alert</h1>"))
    // The endpoint of the alert's process.
    #expect(end.output.contains("\"remote\":\"9.9.9.9:443\""))
  }

  @Test func explained() throws {
    let end = try Selvage.run("explain", "Curl", "--rules", rules, "--trace", capture)
    #expect(end.status == 0 && end.output.contains("curl"), "\(end)")
  }

  @Test func cutOff() throws {
    let bytes = Self.sample().bytes
    let end = try Selvage.run("replay", "--all", try folder.write(Array(bytes.dropLast(5)), "cut"), "--rules", rules)
    #expect(end.status == 1)
    #expect(end.errors.contains("cut off: "), "\(end)")
  }

  @Test func notForThisVersion() throws {
    let end = try Selvage.run("replay", "--all", try folder.write(ScapBuilder(major: 3).bytes, "new"), "--rules", rules)
    #expect(end.status == 2)
    #expect(end.errors.contains("a capture in version 3.2 of its format; this program reads 1.0 to 1.2"), "\(end)")
  }
}

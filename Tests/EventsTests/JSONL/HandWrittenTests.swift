import CEvents
@testable import Events
import Glibc
import Testing

/// Lines of people: only what matters stands in them.
@Suite struct HandWrittenTests {
  @Test func aProgramAndItsConnection() throws {
    var reader = try TraceReader(
      bytes: Array(
        """
        {"comment": "what a person writes"}

        {"kind": "exec", "exe": "/usr/sbin/nginx", "uid": 33}
        {"kind":"execve","parent_pid":4194305,"args":["/bin/sh","-c","id"]}
        {"kind":"connect","remote":"192.0.2.7","remote_port":443}
        {"kind":"send","remote":"2001:db8::1","remote_port":53}
        {"kind":"procexit","code":1}
        """.utf8), name: "t.jsonl")
    var processes: [sv_process] = []
    var exes: [String] = []
    var args: [String] = []
    var sockets: [sv_socket] = []
    var headers: [sv_header] = []
    let summary = reader.forEach { record in
      headers.append(record.header)
      if let process = try? ProcessRecord(copy record) {
        processes.append(process.fixed)
        exes.append(Self.text(process.exe))
        args.append(Self.text(process.args))
      }
      if let socket = try? record.socket() { sockets.append(socket) }
    }
    #expect(summary.isWhole && summary.records == 5, "\(summary.errors)")
    #expect(exes == ["/usr/sbin/nginx", "/bin/sh"])
    #expect(args == ["/usr/sbin/nginx\0", "/bin/sh\0-c\0id\0"])
    #expect(headers.map(\.pid) == [4_194_305, 4_194_306, 4_194_306, 4_194_306, 4_194_306])
    #expect(headers.map(\.time_ns) == (0..<5).map { 1_000_000_000 + $0 * 1_000_000 })
    #expect(headers.map(\.start_ns) == [1_000_000_000] + Array(repeating: 1_001_000_000, count: 4))
    #expect(processes[0].euid == 33 && processes[0].loginuid == .max && processes[0].args_count == 1)
    #expect(processes[1].parent_start_ns == 1_000_000_000 && processes[1].args_count == 3)
    #expect(withUnsafeBytes(of: processes[0].comm) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) } == "nginx")
    #expect(sockets[0].result == -EINPROGRESS && sockets[0].family == AF_INET && sockets[0].protocol == IPPROTO_TCP)
    #expect(sockets[1].result == 0 && sockets[1].family == AF_INET6 && sockets[1].protocol == IPPROTO_UDP && sockets[1].type == 2)
    #expect(withUnsafeBytes(of: sockets[1].comm) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) } == "sh")
  }

  private static func text(_ bytes: RawSpan?) -> String {
    bytes?.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } ?? "none"
  }

  /// jq sorts keys; a person writes them as they come.
  @Test func keysComeInAnyOrder() throws {
    let sorted = try JSONLText.read(#"{"args":["x"],"exe":"/x","kind":"exec","number":3,"pid":9}"#)
    let usual = try JSONLText.read(#"{"number":3,"kind":"exec","pid":9,"args":["x"],"exe":"/x"}"#)
    #expect(sorted == usual && sorted.summary.isWhole)
  }

  @Test func emptyAndAbsentAreTwo() throws {
    func exec(_ text: String) throws -> sv_process {
      try #require(try JSONLText.read(text).records.first).withUnsafeBytes { $0.loadUnaligned(as: sv_process.self) }
    }
    #expect(try exec(#"{"kind":"exec","exe":"/x","args":null}"#).args.offset == 0)
    let empty = try exec(#"{"kind":"exec","exe":"/x","args":[],"script":""}"#)
    #expect(empty.args.offset != 0 && empty.args.length == 0 && empty.script.offset != 0)
  }

  @Test func linesEndAsTheyLike() throws {
    let read = try JSONLText.read("{\"kind\":\"exit\"}\r\n\n \t\n{\"kind\":\"exit\"}")
    #expect(read.numbers == [1, 2] && read.summary.isWhole)
    #expect(try JSONLText.read("\n\n").summary == TraceSummary())
  }

  /// A record of its number, in a text that is part of another file.
  @Test func linesCountFromWhereTheyStand() throws {
    var reader = try TraceReader(bytes: Array("{\"kind\":\"exit\"}\n{}x".utf8), name: "rules.test.yaml", line: 12)
    let summary = reader.forEach { _ in }
    #expect(summary.errors.map(\.description) == ["rules.test.yaml:13:3: expected the line's end"])
  }
}

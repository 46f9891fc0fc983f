import Events
import Testing

@testable import selvage

struct RecordingArgumentTests {
  @Test func sizes() {
    #expect(ByteSize(argument: "1")?.bytes == 1 && ByteSize(argument: "512K")?.bytes == 512 << 10)
    #expect(ByteSize(argument: "2G")?.bytes == 2 << 30)
    for wrong in ["", "K", "0", "-1", "+1", "1.5M", "1k", "1KB", "99999999999T", " 1"] { #expect(ByteSize(argument: wrong) == nil) }
  }

  @Test func kinds() {
    #expect(KindList(argument: "execve,connect")?.kinds == EventKinds([.exec, .connect]))
    #expect(KindList(argument: "exec,accept4,procexit")?.kinds == EventKinds([.exec, .accept, .exit]))
    for wrong in ["", ",", "execve,", "exekve", "task", "counters"] { #expect(KindList(argument: wrong) == nil) }
  }

  @Test func requestsComeBackAndOthersAreNone() {
    let request = RecordRequest(kinds: EventKinds([.exec, .connect, .socket]))
    #expect(RecordRequest(line: request.line.utf8.dropLast()) == request && request.line.utf8.count <= RecordRequest.limit)
    #expect(RecordRequest(kinds: .all).line.utf8.count <= RecordRequest.limit)
    for wrong in ["", "selvage record 1", "selvage record 1 ", "selvage record 1 g", "selvage record 2 1", "selvage record 1 1 1"] {
      #expect(RecordRequest(line: wrong.utf8) == nil)
    }
    #expect(RecordRequest(line: "selvage record 1 ffffffffffffffff".utf8)?.kinds == .all)
  }
}

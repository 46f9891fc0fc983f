@testable import Events
import Testing

/// What is said of lines that are wrong, and that the next one is read all the same.
@Suite struct JSONLErrorTests {
  private static let cases: [(line: String, error: String)] = [
    (#"{"kind":"exec","comandline":"x"}"#, "1:16: unknown key 'comandline'"),
    (#"{"kind":"exec","exee":"x"}"#, "1:16: unknown key 'exee'; did you mean 'exe'?"),
    (#"{"kidn":"exec"}"#, "1:2: unknown key 'kidn'; did you mean 'kind'?"),
    (#"{"exe":"/x"}"#, "1:2: expected a key 'kind'"),
    (#"{"number":1}"#, "1:1: expected a key 'kind'"),
    (#"{"kind":"exex"}"#, "1:9: unknown kind 'exex'; did you mean 'exec'?"),
    (#"{"kind":7}"#, "1:9: expected a string in double quotes"),
    (#"{"kind":"exit","code":-1}"#, "1:23: expected an integer from 0 to 4294967295"),
    (#"{"kind":"exit","code":4294967296}"#, "1:23: expected an integer from 0 to 4294967295"),
    (#"{"kind":"exit","code":1.5}"#, "1:23: expected an integer from 0 to 4294967295"),
    (#"{"kind":"exit","code":1e3}"#, "1:23: expected an integer from 0 to 4294967295"),
    (#"{"kind":"exit","code":01}"#, "1:23: expected an integer from 0 to 4294967295"),
    (#"{"kind":"exit","code":99999999999999999999999}"#, "1:23: expected an integer from 0 to 4294967295"),
    (#"{"kind":"exit","code":"1"}"#, "1:23: expected an integer from 0 to 4294967295"),
    (#"{"kind":"exit","code":1,"code":1}"#, "1:25: the key 'code' stands here again"),
    (#"{"kind":"exit","comm":"sixteen bytes are"}"#, "1:23: expected at most 16 bytes, without a NUL"),
    (#"{"kind":"connect","remote":"10.0.0"}"#, "1:28: expected an IPv4 or IPv6 address"),
    (#"{"kind":"connect","family":"inet6","remote":"10.0.0.1"}"#, "1:45: the address is of another family"),
    (#"{"kind":"connect","local":"::1","remote":"10.0.0.1"}"#, "1:42: the address is of another family"),
    (#"{"kind":"connect","protocol":"tpc"}"#, "1:30: unknown protocol 'tpc'; did you mean 'tcp'?"),
    (#"{"kind":"exec","flags":["setuid","x"]}"#, "1:34: unknown flags 'x'; expected a number, or one of memfd, "),
    (#"{"kind":"exec","args":"ls -l"}"#, "1:23: expected a list: [...]"),
    (#"{"kind":"exec","args":["a\u0000b"]}"#, "1:24: a NUL would end this text"),
    (#"{"kind":"exec","args":[null,"a"]}"#, "1:29: null stands at the end of a list only"),
    (#"{"kind":"exec","exe":7}"#, "1:22: expected a string"),
    (#"{"kind":"exec","exe":{"escaped":"\\q"}}"#, "1:33: expected only \\xHH"),
    (#"{"kind":"exec","exe":{"escape":"x"}}"#, "1:23: expected the key 'escaped', once"),
    (#"{"kind":"exec","exe":"\udc80"}"#, "1:23: half of a surrogate pair"),
    (#"{"kind":"exec","exe":"\x41"}"#, "1:23: expected one of"),
    (#"{"kind":"exec","exe":"é\q"}"#, "1:24: expected one of"),
    (#"{"kind":"exec","stdio":[null,null,null,null]}"#, "1:40: at most three"),
    (#"{"kind":"exec","stdio":[{"typ":1}]}"#, "1:26: unknown key 'typ'; did you mean 'type'?"),
    (#"{"kind":"counters","counter":{"exexve":{}}}"#, "1:31: unknown kind 'exexve'; did you mean 'execve'?"),
    (#"{"kind":"exit"} x"#, "1:17: expected the line's end"),
    (#"{"kind":"exit""#, "1:15: expected ',' or '}'"),
    (#"{"kind":"exit"#, "1:14: expected the string's closing '\"'"),
    (#"{kind:1}"#, "1:2: expected a key in double quotes"),
    (#"{"bytes":"00"}"#, "1:10: these bytes are no record"),
    (#"{"bytes":"0g"}"#, "1:10: expected pairs of hexadecimal digits"),
    (#"{"bytes":"00","kind":"exit"}"#, "1:10: 'bytes' are the whole record"),
    (#"{"lost":1,"kind":"exit"}"#, "1:1: 'lost' stands on a line of its own"),
    (#"{"kind":"exit","fixed":48,"comm":"x"}"#, "1:1: a fixed part of 48 bytes has no room"),
    (#"{"kind":"exit","number":0}"#, ""),
    (#"{"a":[[[[[[[[[[1]]]]]]]]]],"kind":"exit"}"#, "1:14: nested deeper than 8 levels"),
  ]

  @Test(arguments: cases) func aWrongLineIsToldWithItsPlace(line: String, error: String) throws {
    let read = try JSONLText.read("\(line)\n{\"kind\":\"exit\",\"number\":9}\n")
    let said = read.summary.errors.first?.description ?? ""
    #expect(error.isEmpty ? said.isEmpty : said.hasPrefix("t.jsonl:\(error)"), "\(said)")
    #expect(read.numbers.last == 9)
    #expect(read.summary.errorCount == (error.isEmpty ? 0 : 1))
  }

  @Test func bytesThatAreNoText() throws {
    let bytes = Array(#"{"kind":"exec","exe":""#.utf8) + [0xFF] + Array("\"}\n".utf8)
    #expect(try Delivered(bytes: bytes).summary.errors.first?.description.hasPrefix("t.jsonl:1:23: no UTF-8") == true)
    #expect(try JSONLText.error("{\"kind\":\"exec\",\"exe\":\"a\tb\"}").hasPrefix("t.jsonl:1:24: a control character"))
  }

  @Test func numbersGrow() throws {
    let read = try JSONLText.read("{\"kind\":\"exit\",\"number\":5}\n{\"number\":5,\"kind\":\"exit\"}\n{\"kind\":\"exit\"}\n")
    #expect(read.summary.errors.map(\.description) == ["t.jsonl:2:11: record 5 follows record 5: numbers must grow"])
    #expect(read.numbers == [5, 6])
    // There is no number behind the last.
    #expect(try JSONLText.read("{\"kind\":\"exit\",\"number\":18446744073709551615}\n{\"kind\":\"exit\"}\n").summary.errorCount == 1)
  }

  @Test func longLinesArePassedOver() throws {
    let long = "{\"comment\":\"" + String(repeating: "x", count: 3 << 18) + "\"}\n"
    let read = try JSONLText.read("{\"kind\":\"exit\"}\n\(long){\"kind\":\"exit\"}\n{}x\n\(long.dropLast())")
    #expect(read.numbers == [1, 2])
    #expect(
      read.summary.errors.map(\.description) == [
        "t.jsonl:2:1: the line is longer than 262144 bytes; it is skipped", "t.jsonl:4:3: expected the line's end",
        "t.jsonl:5:1: the line is longer than 262144 bytes; it is skipped",
      ])
    // One that just fits.
    let fits = "{\"comment\":\"" + String(repeating: "x", count: JSONLParser.maximumLineBytes - 14) + "\"}\n"
    #expect(try JSONLText.read("\(fits){\"kind\":\"exit\"}").summary.isWhole)
  }

  @Test func recordsHaveALimit() throws {
    let args = (0..<40).map { _ in "\"\(String(repeating: "x", count: 1000))\"" }.joined(separator: ",")
    #expect(try JSONLText.error("{\"kind\":\"exec\",\"args\":[\(args)]}").contains("the record would have 40408 bytes: at most 32768"))
  }
}

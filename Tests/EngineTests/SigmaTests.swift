import CEvents
import Events
import Rules
import Testing

@testable import Engine

/// Sigma rules on records: what each modifier and each form of condition means.
struct SigmaTests {
  /// `/usr/bin/curl`, run by bash as root.
  private static let curl: TestStream = {
    var stream = TestStream()
    stream.exec(20, ["-bash", "--login"], comm: "bash", exe: "/usr/bin/bash")
    stream.exec(
      30, ["curl", "-O", "http://10.0.0.1/A*b?c\\d", "ÉTÉ", "aGVsbG8gd29ybGQ="], comm: "curl", exe: "/usr/bin/curl",
      parent: 20)
    return stream
  }()

  private func file(_ detection: String, category: String = "process_creation", more: String = "") -> String {
    """
    title: T
    logsource:
        product: linux
        category: \(category)
    detection:
        \(detection.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n    "))
    \(more)
    """
  }

  private func fires(_ detection: String, category: String = "process_creation", on stream: TestStream = curl) throws
    -> Bool
  {
    let loaded = PolicyLoader().load(files: [("sigma.yml", Array(file(detection, category: category).utf8))])
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(policy.rules.count == 1, "\(loaded.report)")
    return stream.alerts(policy).last?.recordNumber == UInt64(stream.records.count)
  }

  /// One item.
  private func holds(_ item: String, category: String = "process_creation", on stream: TestStream = curl) throws -> Bool
  {
    try fires("selection:\n    \(item)\ncondition: selection", category: category, on: stream)
  }

  @Test(arguments: [
    // Whole, without case.
    ("Image: /usr/bin/curl", true), ("Image: /USR/bin/CURL", true), ("Image: curl", false),
    ("Image|cased: /USR/bin/CURL", false),
    ("Image|cased: /usr/bin/curl", true),
    // Wildcards and what takes them as they are.
    ("Image: '*/curl'", true), ("Image: '/usr/*/c?rl'", true), ("Image: '/usr/bin/c?l'", false), ("Image: '*'", true),
    ("Image: ''", false), ("CommandLine: '*\\*b\\?c*'", true), ("CommandLine: '*\\*c*'", false),
    ("CommandLine: '*A?b*'", true),
    ("CommandLine: '*c\\d *'", true), ("CommandLine: '*c\\\\d *'", true), ("CommandLine|contains: 'c\\\\*TÉ'", true),
    ("CommandLine|contains: 'c\\*TÉ'", false), ("CommandLine|contains: 'É?É'", true),
    // Where.
    ("Image|endswith: /CURL", true), ("Image|endswith: /bin", false), ("Image|startswith: /usr", true),
    ("Image|startswith: usr", false), ("CommandLine|contains: ' -o '", true),
    ("CommandLine|contains|cased: ' -o '", false),
    ("CommandLine|contains|cased: ' -O '", true), ("CommandLine|endswith|cased: 'GQ='", true),
    ("CommandLine|endswith|cased: 'gq='", false), ("CommandLine|startswith|cased: Curl", false),
    ("CommandLine|startswith: 'curl -O'", true), ("CommandLine|contains: 'http*b'", true),
    // Lists.
    ("Image|endswith: [/wget, /curl]", true), ("Image|endswith: [/wget, /nc]", false),
    ("CommandLine|contains|all: [curl, http]", true), ("CommandLine|contains|all: [curl, ftp]", false),
    ("CommandLine|all|contains: [curl, http]", true),
    // Absent, null, exists.
    ("CurrentDirectory: null", true), ("Image: null", false), ("CurrentDirectory:", true),
    ("Image: [null, /usr/bin/curl]", true),
    ("Image|exists: true", true), ("Image|exists: false", false), ("CurrentDirectory|exists: true", false),
    ("CurrentDirectory|exists: 'no'", true), ("Hashes|exists: false", true), ("CurrentDirectory: '*'", false),
    // Numbers.
    ("ProcessId: 30", true), ("ProcessId: 31", false), ("ProcessId: [1, 30]", true), ("ProcessId|gt: 29", true),
    ("ProcessId|gt: 30", false), ("ProcessId|gte: 30", true), ("ProcessId|lt: 31", true), ("ProcessId|lte: 29", false),
    ("ProcessId|gt|all: [1, 29]", true), ("LogonId: 0", true), ("User: root", true), ("User: null", false),
    ("CommandLine|contains: 10", true),
    // The parent.
    ("ParentImage|endswith: /bash", true), ("ParentCommandLine: '-bash --login'", true), ("ParentProcessId: 20", true),
    // Regular expressions: any part, with case.
    ("CommandLine|re: '\\s-O\\s'", true), ("CommandLine|re: '\\s-o\\s'", false), ("CommandLine|re|i: '\\s-o\\s'", true),
    ("CommandLine|re: '^curl'", true), ("CommandLine|re: '^http'", false), ("CommandLine|re: '=$'", true),
    ("CommandLine|re: ['x{3}', 'h(t|x)+p']", true), ("CommandLine|re|all: ['x{3}', 'h(t|x)+p']", false),
    ("CommandLine|re: '(?:\\s-[^-\\s]{0,20}O|--output)'", true), ("Image|re: '\\/curl'", true),
    ("CurrentDirectory|re: '.*'", false),
    ("'|re': '^/usr/bin/ba.h$'", true),
    // Other fields.
    ("Image|fieldref: ParentImage", false), ("Image|fieldref: Image", true), ("ProcessId|fieldref: ProcessId", true),
    ("ProcessId|fieldref: ParentProcessId", false), ("ParentCommandLine|fieldref|startswith: CurrentDirectory", false),
    ("Image|fieldref: [ParentImage, Image]", true), ("Image|fieldref|all: [ParentImage, Image]", false),
    // Encodings.
    ("CommandLine|contains|windash: ' /O '", true), ("CommandLine|windash|contains: ' /o '", true),
    ("CommandLine|contains|windash: ' /P '", false), ("CommandLine|contains: ' /O '", false),
    ("CommandLine|base64|contains: 'hello world'", true), ("CommandLine|base64|contains: 'hello'", false),
    ("CommandLine|base64offset|contains: 'llo wor'", true), ("CommandLine|base64offset|contains: 'world'", true),
    ("CommandLine|base64offset|contains: 'xorld'", false),
  ])
  func anItem(_ item: String, holds expected: Bool) throws {
    #expect(try holds(item) == expected, "\(item)")
  }

  @Test(arguments: [
    ("Image|fieldref: CommandLine", true), ("Image|fieldref|cased: CommandLine", false),
    ("CommandLine|fieldref|endswith: Image", true), ("CommandLine|contains|fieldref: ParentImage", false),
  ])
  func otherFieldsWithoutCase(_ item: String, holds expected: Bool) throws {
    var stream = TestStream()
    stream.exec(20, ["bash"], comm: "bash", exe: "/bin/bash")
    stream.exec(30, ["/BIN/sh"], comm: "sh", exe: "/bin/SH", parent: 20)
    #expect(try holds(item, on: stream) == expected, "\(item)")
  }

  /// `.` and the anchors, on a text of two lines.
  @Test(arguments: [
    ("re: 'a.b'", false), ("re|s: 'a.b'", true), ("re: '^b'", false), ("re|m: '^b'", true), ("re: 'a$'", false),
    ("re|m: 'a$'", true), ("re|i|m|s: 'A.B.C$'", true), ("re|m|i: 'A.B.C$'", false), ("contains: \"a\\nb\"", true),
  ])
  func flagsOfRegularExpressions(_ item: String, holds expected: Bool) throws {
    var stream = TestStream()
    stream.exec(30, ["sh", "a\nb", "c"], comm: "sh", exe: "/bin/sh")
    #expect(try holds("CommandLine|\(item)", on: stream) == expected, "\(item)")
  }

  /// Base64 of UTF-16, as PowerShell takes it.
  @Test(arguments: [("wide", true), ("utf16le", true), ("utf16be", false), ("utf16", false)])
  func utf16(_ modifier: String, holds expected: Bool) throws {
    var stream = TestStream()
    stream.exec(30, ["pwsh", "-e", "dwBoAG8AYQBtAGkA"], comm: "pwsh", exe: "/usr/bin/pwsh")
    #expect(try holds("CommandLine|\(modifier)|base64offset|contains: whoami", on: stream) == expected)
  }

  @Test(arguments: [
    ("a", true), ("n", false), ("not n", true), ("not a", false), ("a and b", true), ("a and n", false),
    ("a or n", true),
    ("n or n or b", true), ("not n and not m", true), ("not (n or a)", false), ("not n or a", true),
    // 'and' binds before 'or', 'not' before both.
    ("a or n and m", true), ("(a or n) and m", false), ("not n and m or a", true), ("not not a", true),
    ("1 of sel_*", true), ("all of sel_*", false), ("any of sel_*", true), ("1 of n*", false), ("all of a*", true),
    ("not 1 of n*", true), ("not all of sel_*", true), ("a and not 1 of sel_none*", true), ("1 of them", true),
    ("all of them", false),
    ("all of *_yes", true), ("1 of sel_yes", true), ("(((a)))", true), ("NOT n AND a", true), ("all of _*", false),
    ("[n, a]", true), ("[n, m]", false),
  ])
  func aCondition(_ condition: String, holds expected: Bool) throws {
    let detection = """
      a: {Image|endswith: /curl}
      b: [{Image: none}, {CommandLine|contains: http, User: root}]
      n: {Image: none}
      m: {Image|endswith: /curl, CommandLine: none}
      sel_yes: {ParentImage|endswith: bash}
      sel_none: {ParentImage|endswith: zsh}
      _hidden: {Image: none}
      condition: \(condition)
      """
    #expect(try fires(detection) == expected, "\(condition)")
  }

  /// Names that begin with `_` are no part of `them`.
  @Test func themLeavesHiddenNamesOut() throws {
    #expect(try fires("a: {Image|endswith: /curl}\n_b: {Image: none}\ncondition: all of them"))
  }

  @Test func keywordsAreSearchedInAllTexts() throws {
    #expect(try fires("keywords: [none, LOGIN]\ncondition: keywords"))
    #expect(try fires("keywords: /usr/bin/bash\ncondition: keywords"))
    #expect(try !fires("keywords: [none, nil]\ncondition: keywords"))
    #expect(try fires("keywords: {'|all': [http, login]}\ncondition: keywords"))
    #expect(try !fires("keywords: {'|all': [http, none]}\ncondition: keywords"))
    #expect(try fires("keywords: [none, {Image|endswith: curl}]\ncondition: keywords"))
  }

  private func socket(_ kind: EventKind, to address: String = "192.0.2.7", port: UInt16 = 4444) -> TestStream {
    var stream = TestStream()
    stream.exec(20, ["bash", "-i"], comm: "bash", exe: "/bin/bash")
    if kind == .accept {
      stream.socket(kind, 20, local: address, remote: "198.51.100.1", localPort: port, remotePort: 9) {
        $0.flags = UInt16(SV_SOCKET_INCOMING)
      }
    } else {
      stream.socket(
        kind, 20, local: address.contains(":") ? "fd00::1" : "198.51.100.1", remote: address, localPort: 9,
        remotePort: port)
    }
    return stream
  }

  @Test(arguments: [
    ("Initiated: 'true'", true), ("Initiated: true", true), ("Initiated: 'false'", false),
    ("DestinationIp: 192.0.2.7", true),
    ("DestinationIp: [127.0.0.1, 0.0.0.0]", false), ("DestinationIp|cidr: 192.0.2.0/24", true),
    ("DestinationIp|cidr: [10.0.0.0/8, 'fc00::/7']", false), ("DestinationPort: 4444", true),
    ("DestinationPort: [80, 443]", false),
    ("SourcePort: 9", true), ("SourceIp: 198.51.100.1", true), ("Protocol: tcp", true), ("Image|endswith: /BASH", true),
    ("DestinationIp|exists: true", true), ("DestinationHostname|exists: false", true),
  ])
  func aConnection(_ item: String, holds expected: Bool) throws {
    #expect(try holds(item, category: "network_connection", on: socket(.connect)) == expected, "\(item)")
    #expect(try holds(item, category: "network_connection", on: socket(.send)) == expected, "\(item)")
  }

  @Test func whatCameInIsNotInitiated() throws {
    let accept = socket(.accept)
    #expect(try holds("Initiated: 'false'", category: "network_connection", on: accept))
    #expect(try !holds("Initiated: 'true'", category: "network_connection", on: accept))
    #expect(try holds("DestinationPort: 4444", category: "network_connection", on: accept))
    let v6 = socket(.connect, to: "fd00::7")
    #expect(try holds("DestinationIp|cidr: 'fc00::/7'", category: "network_connection", on: v6))
    #expect(try !holds("DestinationIp|cidr: 0.0.0.0/0", category: "network_connection", on: v6))
  }

  @Test func aRuleSeesOnlyEventsOfItsSource() throws {
    #expect(try !fires("a: {Image: none}\ncondition: not a", on: socket(.connect)))
    #expect(try fires("a: {Image: none}\ncondition: not a", category: "network_connection", on: socket(.connect)))
    #expect(try !fires("a: {Image: none}\ncondition: not a", category: "network_connection", on: socket(.close)))
  }

  @Test func bothLanguagesAreOnePolicy() throws {
    let falco =
      "- {rule: F, desc: d, condition: evt.type = execve and proc.exepath endswith /curl, output: o, priority: Error}"
    let sigma = file("a: {Image|endswith: /curl}\ncondition: a", more: "level: high\nfields: [ProcessId, CommandLine]")
    let loaded = PolicyLoader().load(files: [("f.yaml", Array(falco.utf8)), ("s.yml", Array(sigma.utf8))])
    let policy = try #require(loaded.policy, "\(loaded.report)")
    let alerts = Self.curl.alerts(policy)
    #expect(alerts.map(\.rule) == ["F", "T"])
    #expect(alerts.last?.priority == .error)
    let message = try #require(alerts.last?.message)
    #expect(message.hasPrefix("/usr/bin/curl as user 0 in <NA>: curl -O http://10.0.0.1/"), "\(message)")
    #expect(message.hasSuffix(", parent /usr/bin/bash: -bash --login, ProcessId 30"), "\(message)")
  }
}

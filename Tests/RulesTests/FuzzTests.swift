import Events
import Testing

@testable import Rules

/// Mutates what is valid for some seconds: whatever comes of it, it ends, and reports stay printable.
struct FuzzTests {
  private static let conditions = [
    "evt.type in (execve, connect) and not (proc.name = bash or fd.sport = https)",
    "proc.aname[2] in (sshd, 'a b') and proc.env[LD_PRELOAD] exists and (spawned or fd.snet in (10.0.0.0/8, \"::1\"))",
    "proc.exepath pmatch (/usr/*/bin, /opt) or proc.cmdline glob '*[!a-z]\\\\x' and proc.args icontains \"\\x41\\\"\"",
    "not(proc.pid>=0x10 and user.loginuid!=-1)and proc.name = tolower(proc.pname) or len(proc.name)[1] < 3",
  ]
  private static let pieces = [
    "(", ")", "not ", "and ", "or ", "\"", "'", "\\", "[", "]", ",", "=", " in (", "val(", "- ", "\n", "  ", ": ", "&a ", "*a", "|\n",
    "é", "\u{7}", "{", "}", "%", "%proc.", "anyof (", "#", "---\n", "shells", "!!str ", "\t", "\r", "0x", "? ",
  ].map { Array($0.utf8) }

  private static let file = Array(
    """
    # comment
    - required_engine_version: 0.1.0
    - list: shells
      items: [bash, "dash", 'my shell']
    - macro: spawned
      condition: evt.type = execve and proc.name in (shells)
    - rule: "First"
      desc: >
        Folded
        text
      condition: >-
        spawned and
          not proc.pname in (shells, sshd)
      output: "A %proc.name (%proc.aname[2]) 100%% %user.uid"
      priority: WARNING
      tags: [a, b]
    - rule: Second
      desc: d
      condition: "fd.sport = 22 \\
        and proc.name = '\\u20ac'"
      output: x
      priority: info
      enabled: false
    """.utf8)

  private func mutate(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let at = Int.random(in: 0...bytes.count, using: &random)
      let length = min(Int.random(in: 0...12, using: &random), bytes.count - at)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.removeSubrange(at..<at + length)
      case 1: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: at)
      case 2: bytes.insert(contentsOf: bytes[at..<at + length], at: Int.random(in: 0...bytes.count, using: &random))
      case 3: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &random) }
      default: bytes.removeSubrange((bytes.count - min(length * 4, bytes.count))...)
      }
    }
    return bytes
  }

  @Test func mutatedFilesLoadOrFail() {
    var random = SeededGenerator(seed: 2)
    let clock = ContinuousClock()
    let end = clock.now + .milliseconds(1_000)
    var loads = 0
    while clock.now < end {
      let text = mutate(Self.file, &random)
      let loaded = PolicyLoader().load(files: [("fuzz.yaml", text)])
      let source = loaded.sources["fuzz.yaml"] ?? SourceFile(name: "fuzz.yaml", bytes: text)
      #expect(loaded.diagnostics.allSatisfy { isInside($0.location, source) }, "\(text)")
      #expect((loaded.policy == nil) == !loaded.errors.isEmpty)
      #expect(!loaded.report.unicodeScalars.contains { $0 != "\n" && EscapedText.isHostile($0) })
      loads += 1
    }
    #expect(loads > 10)
  }

  @Test func mutatedConditionsCompileOrFail() {
    var random = SeededGenerator(seed: 3)
    let clock = ContinuousClock()
    let end = clock.now + .milliseconds(1_000)
    var parsed = 0
    while clock.now < end {
      guard let condition = Self.conditions.randomElement(using: &random) else { return }
      let text = mutate(Array(condition.utf8), &random)
      do {
        let condition = try ConditionParser.parse(text)
        var checker = ConditionChecker()
        var pool = PredicatePool()
        let checked = checker.check(condition, pool: &pool) { _, _ in .init(index: 0, outcomes: .none, gaps: Gaps()) }
        #expect((checked == nil) == !checker.errors.isEmpty)
        #expect(checker.errors.allSatisfy { (0...text.count).contains($0.offset) })
        parsed += 1
      } catch {
        #expect((0...text.count).contains(error.offset))
      }
      #expect(TemplateParser.parse(text).errors.allSatisfy { (0...text.count).contains($0.offset) })
    }
    #expect(parsed > 10)
  }
}

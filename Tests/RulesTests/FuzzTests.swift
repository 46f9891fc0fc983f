import Events
import TestSupport
import Testing

@testable import Rules

/// Mutates what is valid for a while, see ``Fuzzing``: whatever comes of it, it ends, and reports stay printable.
struct FuzzTests {
  private static let conditions = [
    "evt.type in (execve, connect) and not (proc.name = bash or fd.sport = https)",
    "proc.aname[2] in (sshd, 'a b') and proc.env[LD_PRELOAD] exists and (spawned or fd.snet in (10.0.0.0/8, \"::1\"))",
    "proc.exepath pmatch (/usr/*/bin, /opt) or proc.cmdline glob '*[!a-z]\\\\x' and proc.args icontains \"\\x41\\\"\"",
    "not(proc.pid>=0x10 and user.loginuid!=-1)and proc.name = tolower(proc.pname) or len(proc.name)[1] < 3",
    "getopt(proc.args, \"nt:\") intersects (n) and getopt((proc.name, \"-t\"), 't:')[t] != join(\",\", (basename(proc.exe), b64(proc.env[A])))",
  ]
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

  private static let exceptions = Array(
    """
    - {list: shells, items: [bash, dash]}
    - {list: more, items: [shells, "a b", 'c,d']}
    - rule: R
      desc: d
      condition: evt.type = execve
      output: o
      priority: Error
      exceptions:
      - {name: a, fields: [proc.name, proc.exepath], comps: [in, startswith], values: [[[x, y], /bin/], [more, /usr]]}
      - name: b
        fields: proc.exepath
        comps: pmatch
        values: [/a, "/b c/*"]
        expires: 2027-01-31
        reason: known
      - {name: c, fields: [proc.pid], values: [[1], [2]]}
    - rule: R
      exceptions: [{name: a, values: [[z, /opt]]}]
      override: {exceptions: append}
    - {list: shells, items: [zsh], override: {items: append}}
    - {macro: m, condition: proc.name in (more)}
    - {macro: m, append: true, condition: or proc.pid = 3}
    - rule: R
      append: true
      condition: and m
    """.utf8)

  private static let sigma = Array(
    """
    title: Reverse shell
    id: 00000000-0000-4000-8000-000000000001
    status: test
    logsource:
        product: linux
        category: process_creation
    detection:
        selection_img:
            - Image|endswith:
                - '/bash'
                - '/sh'
            - Image: '*/zsh'
        selection_args:
            CommandLine|contains|all:
                - ' -i '
                - '/dev/tcp/'
            CommandLine|re: '(sh|nc) [0-9]{1,3}\\.'
        filter_main:
            ParentImage|startswith: '/opt/\\*'
            User: null
        condition: all of selection_* and not 1 of filter_*
    falsepositives:
        - none
    level: high
    tags:
        - attack.t1059.004
    """.utf8)

  private static let correlations = Array(
    """
    title: Many then one
    id: 00000000-0000-4000-8000-000000000002
    correlation:
        type: temporal_ordered
        rules:
            - many
            - one
        group-by: [who, User]
        timespan: 10m
        aliases:
            who:
                many: Image
                one: ParentImage
    level: high
    ---
    title: Many
    name: many
    correlation: {type: value_count, rules: one, timespan: 1h, condition: {field: ProcessId, gt: 3, gte: 2}}
    ---
    title: Few
    generate: true
    correlation: {type: event_count, rules: [one], group-by: [], timespan: 30s, condition: {lte: 3}}
    ---
    title: One
    name: one
    logsource: {product: linux, category: process_creation}
    detection: {a: {Image: /bin/x}, condition: a}
    """.utf8)

  @Test(arguments: ["items", "exceptions", "sigma", "correlations"])
  func mutatedFilesLoadOrFail(seed: String) {
    let file =
      switch seed {
      case "items": Self.file
      case "exceptions": Self.exceptions
      case "sigma": Self.sigma
      default: Self.correlations
      }
    let loads = Fuzzing.run(2) { random in
      let text = Fuzzing.mutated(file, &random)
      let loaded = PolicyLoader().load(files: [("fuzz.yaml", text)])
      let source = loaded.sources["fuzz.yaml"] ?? SourceFile(name: "fuzz.yaml", bytes: text)
      #expect(loaded.diagnostics.allSatisfy { isInside($0.location, source) }, "\(text), seed \(Fuzzing.seed)")
      #expect((loaded.policy == nil) == !loaded.errors.isEmpty, "\(text), seed \(Fuzzing.seed)")
      #expect(
        !loaded.report.unicodeScalars.contains { $0 != "\n" && EscapedText.isHostile($0) }, "\(text), seed \(Fuzzing.seed)")
    }
    #expect(loads > 10)
  }

  @Test func mutatedConditionsCompileOrFail() {
    var parsed = 0
    _ = Fuzzing.run(3) { random in
      guard let condition = Self.conditions.randomElement(using: &random) else { return }
      let text = Fuzzing.mutated(Array(condition.utf8), &random)
      do throws(ConditionError) {
        let condition = try ConditionParser.parse(text)
        var checker = ConditionChecker()
        var pool = PredicatePool()
        let checked = checker.check(condition, pool: &pool) { _, _ in .init(index: 0, outcomes: .none, gaps: Gaps()) }
        #expect((checked == nil) == !checker.errors.isEmpty, "\(text), seed \(Fuzzing.seed)")
        #expect(checker.errors.allSatisfy { (0...text.count).contains($0.offset) }, "\(text), seed \(Fuzzing.seed)")
        parsed += 1
      } catch {
        #expect((0...text.count).contains(error.offset), "\(text), seed \(Fuzzing.seed)")
      }
      // As outputs: fields and functions where a percent sign stands.
      let output = Array(text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).joined(separator: " %".utf8))
      let (template, errors) = TemplateParser.parse(output)
      #expect(errors.allSatisfy { (0...output.count).contains($0.offset) }, "\(output), seed \(Fuzzing.seed)")
      if errors.isEmpty {
        let again = TemplateParser.parse(Array(template.text.utf8))
        #expect(again.errors.isEmpty && again.template.text == template.text, "\(output), seed \(Fuzzing.seed)")
      }
    }
    #expect(parsed > 10)
  }

  /// What a compiled condition is written as compiles, and is written the same.
  @Test func whatCompilesIsWrittenAndReadBack() {
    var written = 0
    _ = Fuzzing.run(4) { random in
      guard let condition = Self.conditions.randomElement(using: &random) else { return }
      let text = String(decoding: Fuzzing.mutated(Array(condition.utf8), &random), as: UTF8.self)
      let before = "- {macro: spawned, condition: evt.type = execve}"
      guard let policy = load(ruleFile(text, before: before)).policy, let rule = policy.rules.first else { return }
      let shown = policy.conditionText(of: rule)
      let again = load(ruleFile(shown ?? "", before: before))
      #expect(
        again.policy.flatMap { policy in policy.rules.first.flatMap { policy.conditionText(of: $0) } } == shown,
        "\(text), seed \(Fuzzing.seed): \(again.report)")
      written += 1
    }
    #expect(written > 10)
  }

  @Test func listsGoIntoAnyText() {
    let items = ["bash", "", "a b", "\"q\"", "x,y", "shells", "a\"b\\", "\n", "é", "'", "("]
    let texts = Self.conditions + ["shells", "in shells", "(shells,empty , one)=shells", "proc.name in (empty, one, empty)"]
    let runs = Fuzzing.run(5) { random in
      let lists = [
        "shells": (0..<Int.random(in: 0...5, using: &random)).map { _ in items.randomElement(using: &random) ?? "" },
        "empty": [], "one": ["1"], "and": ["or"],
      ]
      let bytes = Fuzzing.mutated(Array((texts.randomElement(using: &random) ?? "").utf8), &random)
      let start = TextPlace(file: 1, offset: 10)
      var text = ConditionText(start: start)
      for (index, byte) in bytes.enumerated() { text.append(byte, at: start.advanced(by: index)) }
      let limit = Int.random(in: 0...400, using: &random)
      guard let expanded = ListExpansion(lists: lists).expand(text, limit: limit) else { return }
      #expect(expanded.bytes.count <= limit, "\(bytes), seed \(Fuzzing.seed)")
      // Each byte has a place in the file.
      let places = (0...expanded.bytes.count).map { expanded.place(at: $0) }
      #expect(places.allSatisfy { $0.file == 1 && (10...10 + bytes.count).contains($0.offset) }, "\(bytes), seed \(Fuzzing.seed)")
      #expect(ListExpansion(lists: [:]).expand(text, limit: .max)?.bytes == bytes, "\(bytes), seed \(Fuzzing.seed)")
    }
    #expect(runs > 10)
  }
}

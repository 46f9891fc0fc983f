import Testing

@testable import Rules

/// What a configuration asks of its file.
struct ItemFieldsTests {
  /// Reads one configuration; what it said, as `line:column message; hint`.
  private func read<Value>(
    _ text: String, _ body: (ItemFields, inout DiagnosticLog) -> Value
  ) throws -> (value: Value?, said: [String]) {
    var log = DiagnosticLog(limit: 10)
    let file = try #require(SourceReader.check(name: "x", bytes: Array(text.utf8), limits: LoadLimits(), log: &log))
    let fields = ItemFields(root: file, limits: LoadLimits(), log: &log)
    let value = fields.map { body($0, &log) }
    return (value, log.finished().map { "\($0.location.line):\($0.location.column) \($0.message)\($0.hint.map { "; \($0)" } ?? "")" })
  }

  @Test func values() throws {
    let text = """
      arguments: {limit: 4096, mask: 0x1F, low: -3}
      syslog:
        - path: /dev/log
          enabled: yes
        - path: "10.0.0.1"
      watch: [a, b]
      none:
      """
    let said = try read(text) { fields, log in
      let arguments = fields.mapping("arguments", log: &log)
      #expect(arguments?.integer("limit", range: 0...4096, log: &log) == 4096)
      #expect(arguments?.integer("mask", range: 0...31, log: &log) == 31)
      #expect(arguments?.integer("low", range: -3...0, log: &log) == -3)
      #expect(arguments?.integer("absent", range: 0...1, log: &log) == nil)
      let syslog = fields.mappings("syslog", log: &log)
      #expect(syslog?.compactMap { $0.text("path", log: &log)?.text } == ["/dev/log", "10.0.0.1"])
      #expect(syslog?.first?.boolean("enabled", log: &log) == true)
      #expect(fields.texts("watch", log: &log) == ["a", "b"])
      #expect(fields.texts("none", log: &log) == [])
      #expect(fields.mapping("none", log: &log) == nil)
      #expect(fields.mappings("absent", log: &log)?.isEmpty == true)
      fields.checkKeys(known: ["arguments", "syslog", "watch", "none"], log: &log)
    }.said
    #expect(said.isEmpty)
  }

  @Test(arguments: ["4097", "-1", "abc", "1.5", "\"5\"", "[1]", "~", "99999999999999999999", "1 2"])
  func integers(written: String) throws {
    let read = try read("limit: \(written)") { $0.integer("limit", range: 0...4096, log: &$1) }
    #expect(read.value == .some(nil))
    #expect(read.said == ["1:8 'limit' must be a whole number from 0 to 4096"])
  }

  @Test func otherErrors() throws {
    #expect(try read("mode: 0600") { $0.integer("mode", range: 0...4096, log: &$1) }.said == [
      "1:7 'mode' must be a whole number from 0 to 4096; write it without a zero before it"
    ])
    #expect(try read("a:\n  b: [c]") { fields, log in _ = fields.mapping("a", log: &log)?.mapping("b", log: &log) }.said == [
      "2:6 expected keys with their values in 'b', found a list"
    ])
    #expect(try read("a: {b: c}") { fields, log in _ = fields.mappings("a", log: &log) }.said == [
      "1:4 'a' must be a list, found a mapping; write each after a '-'"
    ])
    #expect(try read("a: [{b: c}, d]") { $0.mappings("a", log: &$1)?.count }.value == 1)
    #expect(try read("a: maybe") { $0.boolean("a", log: &$1) }.said == ["1:4 'a' must be true or false"])
    #expect(try read("syslgo: x") { $0.checkKeys(known: ["syslog"], log: &$1) }.said == ["1:1 unknown key 'syslgo'; did you mean 'syslog'?"])
    #expect(try read("- a") { _, _ in }.said == ["1:1 expected keys with their values, found a list; a line looks like `key: value`"])
    #expect(try read("a: 1\n---\nb: 2") { _, _ in }.said == ["3:1 a second document starts here, where one is expected"])
    #expect(try read("a: [") { _, _ in }.said == ["1:5 while parsing a flow node: did not find expected node content"])
  }

  @Test func anEmptyFileHasNoKeys() throws {
    #expect(try read("# nothing yet\n") { fields, _ in fields.names }.value == [])
    #expect(try read("---\n") { fields, _ in fields.names }.value == [])
  }
}

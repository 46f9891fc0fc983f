import Glibc
import Testing

@testable import Rules

struct PolicyLoaderTests {
  /// A directory of its own, removed at the end.
  private func withDirectory(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/rules-test-XXXXXX".utf8CString)
    let path = try #require(mkdtemp(&template).map { String(cString: $0) })
    defer { remove(path) }
    try body(path)
  }

  private func remove(_ path: String) {
    if unlink(path) == 0 { return }
    if let stream = opendir(path) {
      while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != ".", name != ".." { remove("\(path)/\(name)") }
      }
      closedir(stream)
    }
    rmdir(path)
  }

  private func write(_ path: String, _ text: String) throws {
    let file = try #require(fopen(path, "w"))
    fputs(text, file)
    fclose(file)
  }

  private func rule(_ name: String) -> String {
    "- {rule: \(name), desc: d, condition: evt.type = execve, output: o, priority: Error}\n"
  }

  @Test func directoriesAreReadInOrder() throws {
    try withDirectory { root in
      mkdir("\(root)/sub", 0o755)
      mkdir("\(root)/.hidden", 0o755)
      try write("\(root)/b.yaml", rule("B"))
      try write("\(root)/a.yml", rule("A"))
      try write("\(root)/sub/c.yaml", rule("C"))
      try write("\(root)/.hidden/d.yaml", rule("D"))
      try write("\(root)/recording.trace", "no rule")
      try write("\(root)/notes.txt", "no rule")
      symlink("../sub", "\(root)/sub/loop.yaml")
      symlink("sub/c.yaml", "\(root)/z.yaml")
      let loaded = PolicyLoader().load(paths: [root])
      let policy = try #require(loaded.policy, "\(loaded.report)")
      #expect(policy.rules.map(\.name) == ["A", "B", "C"])
      #expect(loaded.counts.files == 4)
      #expect(policy.rules[0].location.file == "\(root)/a.yml")
    }
  }

  @Test func whatCantBeReadIsAnError() throws {
    try withDirectory { root in
      func message(_ path: String) -> String { PolicyLoader().load(paths: [path]).errors.map(\.message).joined() }
      #expect(message(root) == "no rule file (*.yaml, *.yml) is here")
      #expect(message("\(root)/none.yaml") == "can't read it: No such file or directory")
      mkfifo("\(root)/fifo.yaml", 0o600)
      #expect(message("\(root)/fifo.yaml") == "it is no regular file")
      #expect(message("/dev/zero") == "it is no regular file")
      symlink("nowhere", "\(root)/dangling.yaml")
      #expect(message("\(root)/dangling.yaml") == "can't read it: No such file or directory")
      try write("\(root)/big.yaml", "")
      truncate("\(root)/big.yaml", 100 << 20)
      #expect(message("\(root)/big.yaml") == "the file is longer than 4194304 bytes")
      #expect(PolicyLoader().load(paths: [root]).errors.count == 3)
    }
  }

  @Test func filesShareTheirNames() throws {
    let macro = Array("- {macro: m, condition: evt.type = execve}".utf8)
    let rule = Array("- {rule: R, desc: d, condition: m, output: o, priority: Error}".utf8)
    #expect(PolicyLoader().load(files: [("a", macro), ("b", rule)]).policy != nil)
    // Rules see all macros, whatever the order.
    #expect(PolicyLoader().load(files: [("b", rule), ("a", macro)]).policy != nil)
  }
}

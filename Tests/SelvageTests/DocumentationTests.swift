import Glibc
import TestSupport
import Testing

/// The commands that the documentation shows, as a reader would type them: `console` blocks, `$ ` before each command.
@Suite(.serialized) struct DocumentationTests {
  static let root: String = {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/")
  }()

  @Test(
    .enabled(if: Selvage.isRoot, "needs root: the pages load programs"),
    arguments: ["README.md", "docs/running.md", "docs/rules.md", "docs/testing.md", "docs/control.md", "docs/first-tenant.md",
      "docs/receiving.md", "docs/report.md", "docs/tenants.md", "docs/traces.md"])
  func everyCommandWorks(page: String) throws {
    let text = String(decoding: contents("\(Self.root)/\(page)"), as: UTF8.self)
    let blocks = Self.blocks(text)
    let folder = try TemporaryFolder()
    // What the page tells its reader to write.
    for block in blocks {
      guard let file = block.file else { continue }
      var path = folder.path
      for part in file.split(separator: "/").dropLast() {
        path += "/\(part)"
        mkdir(path, 0o755)
      }
      try folder.write(block.text, file)
    }
    symlink("\(Self.root)/rules", "\(folder.path)/rules")
    let commands = blocks.filter { $0.language == "console" }.flatMap { Self.commands($0.text) }
    #expect(!commands.isEmpty)
    let bin = Selvage.path.dropLast("/selvage".count)
    for (command, expected) in commands {
      let end = try Program.run(
        "/bin/sh", ["-c", "cd \(folder.path) && PATH=\(bin):$PATH && \(command)"])
      #expect(end.status == 0, "\(page): \(command)\n\(end.output)\(end.errors)")
      if !expected.isEmpty { #expect(end.output + end.errors == expected, "\(page): \(command)") }
    }
  }

  /// Every block of YAML that holds rules compiles.
  @Test(arguments: ["README.md", "docs/rules.md", "docs/testing.md"])
  func everyRuleCompiles(page: String) throws {
    let folder = try TemporaryFolder()
    let text = String(decoding: contents("\(Self.root)/\(page)"), as: UTF8.self)
    for block in Self.blocks(text) where block.language == "yaml" && block.file?.hasSuffix(".test.yaml") != true {
      let end = try Selvage.run("check", try folder.write(block.text, "page.yaml"))
      #expect(end.status == 0 && end.errors.isEmpty, "\(page): \(end)")
    }
  }

  @Test func theConfigurationShownIsOne() throws {
    let text = String(decoding: contents("\(Self.root)/docs/running.md"), as: UTF8.self)
    let folder = try TemporaryFolder()
    let block = try #require(Self.blocks(text).first { $0.language == "yaml" })
    let sources = String(decoding: contents("\(Self.root)/docs/workloads.md"), as: UTF8.self)
    let discovery = try #require(Self.blocks(sources).first { $0.language == "yaml" })
    let file = try folder.write(block.text + discovery.text, "selvage.yaml")
    let rules = try folder.write(Selvage.rule("a", "evt.type = connect"), "r.yaml")
    // Fields that are wrong are told before the trace is looked for.
    let end = try Selvage.run("replay", "/nonexistent.trace", "--config", file, "--rules", rules)
    #expect(!end.errors.contains("selvage.yaml:"), "\(end)")
  }

  /// Blocks of code; those that a reader should keep have a file's name behind their language.
  static func blocks(_ page: String) -> [(language: String, file: String?, text: String)] {
    var blocks: [(language: String, file: String?, text: String)] = []
    var open: String?
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        open = open == nil ? String(line.dropFirst(3)) : nil
        let words = (open ?? "").split(separator: " ").map(String.init)
        if open != nil { blocks.append((words.first ?? "", words.dropFirst().first, "")) }
      } else if open != nil {
        blocks[blocks.count - 1].text += line + "\n"
      }
    }
    return blocks
  }

  /// Each command with the output that the page shows of it.
  private static func commands(_ block: String) -> [(command: String, output: String)] {
    var commands: [(command: String, output: String)] = []
    for line in block.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if line.hasPrefix("$ ") {
        commands.append((String(line.dropFirst(2)), ""))
      } else if !commands.isEmpty {
        commands[commands.count - 1].output += line + "\n"
      }
    }
    return commands
  }
}

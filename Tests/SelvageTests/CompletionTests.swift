import Glibc
import TestSupport
import Testing

/// What bash offers at the end of a line, by the script that `make install` puts in place.
struct CompletionTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(try Selvage.run("--generate-completion-script", "bash").output, "selvage.bash")
  }

  /// - Parameter words: of the line, the last being completed.
  private func offers(_ words: String...) throws -> [String] {
    let script = """
      . "$0/selvage.bash"
      COMP_WORDS=(selvage "$@"); COMP_CWORD=$#; COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}; COMPREPLY=()
      _selvage selvage "${COMP_WORDS[$#]}" "${COMP_WORDS[$#-1]}"
      [ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' "${COMPREPLY[@]}"
      """
    let bin = Selvage.path.dropLast("/selvage".count)
    let end = try Program.run(
      "/usr/bin/env", ["PATH=\(bin):/usr/bin:/bin", "/bin/bash", "-c", script, folder.path] + words)
    #expect(end.status == 0 && end.errors.isEmpty, "\(end)")
    return end.output.split(separator: "\n").map(String.init)
  }

  @Test func commandsAndFields() throws {
    #expect(try offers("ex") == ["explain"])
    #expect(try offers("fields", "proc.exep") == ["proc.exepath"])
    #expect(try offers("rules", "") .contains("show"))
    #expect(try offers("trace", "re") == ["redact"])
  }

  @Test func namesOfRulesAreThoseOfTheFilesAtHand() throws {
    let rules = try folder.write(
      ["Shell of a service", "Shell: it's \\\"odd\\\"", "$(touch \(folder.path)/made)", "`touch \(folder.path)/made`", "Miner"]
        .map { Selvage.rule("\"\($0)\"", "proc.name = x") }.joined(), "rules.yaml")
    #expect(try offers("rules", "show", "--rules", rules, "Sh") == ["Shell of a service", "Shell: it's \"odd\""])
    #expect(try offers("explain", "-r", rules, "Mi") == ["Miner"])
    // A name is never run.
    let all = try offers("rules", "show", "--rules", rules, "")
    #expect(all.contains("$(touch \(folder.path)/made)") && all.contains("`touch \(folder.path)/made`"))
    #expect(access("\(folder.path)/made", F_OK) != 0)
  }

  @Test func brokenRulesOfferNothing() throws {
    #expect(try offers("rules", "show", "--rules", "/nonexistent", "Sh") == [])
    #expect(try offers("rules", "show", "--rules", try folder.write("- [", "broken.yaml"), "Sh") == [])
  }
}

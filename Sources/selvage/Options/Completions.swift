internal import ArgumentParser
internal import Events
internal import Rules

/// What a shell offers for the word at hand.
enum Completions {
  /// Names of the rules that the command line so far names, or else those of the configuration.
  static let rules = CompletionKind.custom { words, _, _ in
    var files = PolicyFiles()
    var configuration: String?
    for (index, word) in words.enumerated() where index + 1 < words.count {
      switch word {
      case "--rules", "-r": files.rules.append(words[index + 1])
      case "--tenants": files.tenants = words[index + 1]
      case "--config", "-c": configuration = words[index + 1]
      default: break
      }
    }
    if files.rules.isEmpty, let usual = try? ConfigurationReader.read(configuration) {
      files = PolicyFiles(rules: usual.rules, tenants: files.tenants ?? usual.tenants)
    }
    guard !files.rules.isEmpty || files.tenants != nil, let policy = PolicyLoader.today().load(files).policy
    else { return [] }
    // A name that would break the list of offers, or the terminal, is left out.
    let names = policy.rules.map(\.name) + policy.correlations.map(\.name)
    return names.filter { !$0.unicodeScalars.contains(where: EscapedText.isHostile) }.map(offered)
  }

  /// As the requesting shell's script wants it.
  private static func offered(_ name: String) -> String {
    switch CompletionShell.requesting {
    // Its script hands offers to `compgen -W`, which expands them: a name could be a command.
    case .bash?: "'\(name.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
    // What follows a colon would be the description.
    case .zsh?: name.split(separator: ":", omittingEmptySubsequences: false).joined(separator: "\\:")
    default: name
    }
  }

  static let fields = CompletionKind.list(FieldTable.all.map(\.name))
}

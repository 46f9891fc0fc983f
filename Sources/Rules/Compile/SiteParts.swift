/// What of the site's files tenants' files may use, as it is at their end.
final class SiteParts {
  let files: [SourceFile]
  /// Names, those of correlations and of rules that are switched off included.
  let rules: Set<String>
  private let macroTable: ItemTable<MacroItem>
  let macroNames: [String]
  let macros: MacroTable
  /// Flattened.
  let lists: [String: [String]]
  let listNames: [String]
  let expansion: ListExpansion

  init(_ builder: PolicyBuilder, rules: Set<String>) {
    files = builder.files
    self.rules = rules
    macroTable = builder.items.macros
    macroNames = builder.macroNames
    macros = builder.macros
    lists = builder.lists
    listNames = builder.listNames
    expansion = builder.expansion
  }

  func macro(named name: String) -> Int? { macroTable.index(of: name) }

  /// - Parameter kind: `rule`, `macro` or `list`.
  func has(_ kind: String, _ name: String) -> Bool {
    switch kind {
    case "rule": rules.contains(name)
    case "macro": macro(named: name) != nil
    default: lists[name] != nil
    }
  }
}

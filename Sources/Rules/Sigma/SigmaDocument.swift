internal import Events

/// A YAML document that is a Sigma rule: a mapping, where Falco's rule files are lists.
struct SigmaDocument: Sendable {
  let node: YAMLNode
  /// By number.
  let file: Int

  /// Keys that no other document of a rule file has.
  private static let marks: Set<String> = ["detection", "logsource", "correlation", "filter", "title", "action"]

  /// nil: it is none.
  init?(_ node: YAMLNode, file: Int) {
    guard case .mapping(let pairs) = node.content,
      pairs.contains(where: { $0.key.scalar.map { Self.marks.contains($0.text) } ?? false })
    else { return nil }
    self.node = node
    self.file = file
  }
}

extension SigmaDocument {
  // Empty: it has none.
  var title: String { text("title") }
  var id: String { text("id") }
  /// By which correlations refer to it, as by its id.
  var name: String { text("name") }

  var isCorrelation: Bool { value("correlation") != nil }

  private func text(_ key: String) -> String { value(key)?.scalar?.text ?? "" }

  private func value(_ key: String) -> YAMLNode? {
    guard case .mapping(let pairs) = node.content else { return nil }
    return pairs.first { $0.key.scalar?.text == key }?.value
  }

  /// What becomes of the rules of a correlation that is left out.
  static let rulesAlert = "its rules alert by themselves"

  /// The message that a rule is left out.
  static func unsupported(_ title: String, _ reason: String) -> String {
    "unsupported rule \(DisplayText.quoted(title)): \(reason)"
  }
}

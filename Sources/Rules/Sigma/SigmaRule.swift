internal import Events

/// A Sigma rule as read: its searches and conditions parsed, its fields not yet looked up.
struct SigmaRule: Sendable {
  let title: String
  /// Empty: none.
  let id: String
  let description: String
  let priority: Priority
  let tags: [String]
  let logSource: SigmaLogSource
  let searches: [SigmaSearch]
  /// One or more; the rule holds if one does.
  let conditions: [SigmaCondition]
  /// What `fields` names: shown in the output.
  let fields: [String]
  /// Of its title.
  let location: SourceLocation
  /// By number.
  let file: Int
}

/// A search identifier: alternatives, one of which has to hold.
struct SigmaSearch: Sendable {
  let name: String
  /// In each all items have to hold.
  let alternatives: [[SigmaItem]]
  /// Of its name, in bytes.
  let offset: Int
}

/// `Field|modifier: values`.
struct SigmaItem: Sendable {
  /// nil: keywords, which are searched in all that a rule's events have of text.
  let field: String?
  /// As written, with its modifiers.
  let key: String
  let modifiers: SigmaModifiers
  let values: [YAMLScalar]
  /// In bytes.
  let offset: Int

  /// One of its comparisons, as a rule would write it in a line.
  func text(_ value: YAMLScalar) -> String {
    "\(DisplayText.escaped(key)): \(value.isNull ? "null" : Predicate.written(Array(value.text.utf8)))"
  }
}

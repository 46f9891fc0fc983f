/// A correlation rule as read: what it refers to is not yet looked up.
struct SigmaCorrelation: Sendable {
  /// A word of the file, and where it stands, in bytes.
  struct Name: Sendable {
    let text: String
    let offset: Int
  }

  /// A name for fields that are called otherwise in the events of each rule.
  struct Alias: Sendable {
    let name: String
    /// By the rule, as its name or id.
    let fields: [(rule: Name, field: Name)]
  }

  let title: String
  /// Empty: none.
  let id: String
  let description: String
  /// nil: that of its rules.
  let priority: Priority?
  let tags: [String]
  let kind: Correlation.Kind
  let rules: [Name]
  let groupBy: [Name]
  /// Whose values are counted.
  let value: Name?
  let seconds: Int
  /// nil: the condition contradicts itself, or asks for no event at all.
  let count: ClosedRange<Int>?
  let aliases: [Alias]
  /// Its rules alert by themselves as well.
  let generate: Bool
  /// Of its title.
  let location: SourceLocation
  /// By number.
  let file: Int
  /// Of its condition, or of its section; in bytes.
  let conditionOffset: Int
}

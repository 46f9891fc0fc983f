internal import Events

/// Finds what a correlation's names of fields are in the events of each rule.
struct SigmaCorrelationFields {
  private enum Found {
    case field(FieldReference)
    /// No event of the rule has it here.
    case absent
  }

  private let correlation: SigmaCorrelation
  /// By alias: the field in the events of a document's rule.
  private let aliases: [String: [Int: SigmaCorrelation.Name]]

  /// - Parameter documents: that the correlation refers to.
  init(_ correlation: SigmaCorrelation, _ documents: [Int], _ references: SigmaReferences) throws(SigmaError) {
    self.correlation = correlation
    var aliases: [String: [Int: SigmaCorrelation.Name]] = [:]
    for alias in correlation.aliases {
      for (rule, field) in alias.fields {
        guard let document = try? references.document(rule, from: correlation.file), documents.contains(document) else {
          throw SigmaError(
            at: rule.offset, "\(DisplayText.quoted(rule.text)) is none of the correlation's rules",
            hint: NearestName.hint(rule.text, among: correlation.rules.map(\.text)))
        }
        aliases[alias.name, default: [:]][document] = field
      }
    }
    self.aliases = aliases
  }

  /// - Parameters:
  ///   - rule: by index in the policy.
  ///   - document: of it, or of the correlation that it counts for: what this one refers to.
  /// - Returns: nil: its events lack a field, which is then among `missing`.
  func key(
    _ rule: Int, _ source: SigmaLogSource, of document: Int, _ missing: inout Set<String>
  ) throws(SigmaError) -> Correlation.Key? {
    var group: [FieldReference] = []
    var isWhole = true
    for name in correlation.groupBy + [correlation.value].compactMap({ $0 }) {
      let written = try self.written(name, document)
      switch try find(written, source) {
      case .field(let field): group.append(field)
      case .absent:
        if missing.count < Gaps.limit { missing.insert(written.text) }
        isWhole = false
      }
    }
    guard isWhole else { return nil }
    let value = correlation.value == nil ? nil : group.removeLast()
    return Correlation.Key(rule: rule, group: group, value: value)
  }

  /// The field that stands behind a name: its own, or an alias's for that rule.
  private func written(_ name: SigmaCorrelation.Name, _ document: Int) throws(SigmaError) -> SigmaCorrelation.Name {
    guard let alias = aliases[name.text] else { return name }
    if let field = alias[document] { return field }
    throw SigmaError(
      at: name.offset, "the alias \(DisplayText.quoted(name.text)) has no field for some of the rules",
      hint: "under 'aliases' it needs one for each of 'rules'")
  }

  private func find(_ name: SigmaCorrelation.Name, _ source: SigmaLogSource) throws(SigmaError) -> Found {
    // Fields of the rule language have a dot in their name, Sigma's have none here.
    if name.text.utf8.contains(UInt8(ascii: ".")) {
      if Field.written(name.text) == nil, LaterFields.contains(name.text) { return .absent }
      do throws(ConditionError) {
        return .field(try ConditionParser.field(Array(name.text.utf8)))
      } catch {
        throw SigmaError(at: name.offset, error.message, hint: error.hint)
      }
    }
    switch SigmaFieldMapping.target(name.text, source) {
    case .field(let field)?: return .field(FieldReference(field))
    case .userName?: return .field(FieldReference(.realUserID))
    case .initiated?:
      throw SigmaError(.unsupported, at: name.offset, "events can't be grouped by 'Initiated' yet")
    case .absent?: return .absent
    case nil:
      let all: [SigmaLogSource] = [.processCreation, .networkConnection]
      if all.contains(where: { SigmaFieldMapping.target(name.text, $0) != nil }) { return .absent }
      let names = all.flatMap { SigmaFieldMapping.names($0) } + correlation.aliases.map(\.name)
      throw SigmaError(
        at: name.offset, "unknown field \(DisplayText.quoted(name.text))",
        hint: NearestName.hint(name.text, among: names)
          ?? "fields of Sigma, aliases and fields as 'proc.name' are known")
    }
  }
}

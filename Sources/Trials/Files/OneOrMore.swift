import Rules

/// A key whose value is a text, or a list of some.
enum OneOrMore {
  /// - Returns: nil if there is none, or something else; said in the log.
  static func texts(_ key: String, _ fields: ItemFields, hint: String, log: inout DiagnosticLog) -> [YAMLScalar]? {
    let nodes: [YAMLNode] =
      switch fields[key]?.content {
      case .scalar?: [fields[key]].compactMap { $0 }
      case .sequence(let nodes)?: nodes
      case .mapping?, nil: []
      }
    let texts = nodes.compactMap { $0.scalar?.isNull == false ? $0.scalar : nil }
    guard !texts.isEmpty, texts.count == nodes.count else {
      let found = nodes.first { $0.scalar?.isNull != false } ?? fields[key]
      log.error(
        fields.file.location(at: found?.start ?? fields.node.start),
        "'\(key)' is a text, or a list of texts; found \(found?.kind ?? "nothing")", hint: hint)
      return nil
    }
    return texts
  }
}

/// A mapping of a rule file, its keys checked: known ones once each.
struct ItemFields {
  private var values: [String: YAMLNode] = [:]
  private var keys: [String: YAMLNode] = [:]
  let node: YAMLNode
  let file: SourceFile

  /// - Returns: nil if it is no mapping, or its keys are no texts; said in the log.
  init?(_ node: YAMLNode, in file: SourceFile, log: inout DiagnosticLog) {
    self.node = node
    self.file = file
    guard case .mapping(let pairs) = node.content else {
      log.error(
        file.location(at: node.start), "expected an item with 'rule', 'macro' or 'list', found \(node.kind)",
        hint: "items look like `- rule: NAME`")
      return nil
    }
    for (key, value) in pairs {
      guard let name = key.scalar?.text else {
        log.error(file.location(at: key.start), "expected a key, found \(key.kind)")
        return nil
      }
      if keys[name] != nil {
        log.error(file.location(at: key.start), "the key \(DisplayText.quoted(name)) stands here twice")
        return nil
      }
      keys[name] = key
      values[name] = value
    }
  }

  var names: Set<String> { Set(keys.keys) }
  subscript(_ name: String) -> YAMLNode? { values[name] }
  func has(_ name: String) -> Bool { values[name] != nil }

  func location(of name: String) -> SourceLocation { file.location(at: (keys[name] ?? node).start) }
  func valueLocation(of name: String) -> SourceLocation { file.location(at: (values[name] ?? node).start) }

  /// A text that isn't empty; nil otherwise, said in the log.
  func text(_ name: String, log: inout DiagnosticLog) -> YAMLScalar? {
    guard let value = values[name] else { return nil }
    guard let scalar = value.scalar, !scalar.isNull else {
      log.error(valueLocation(of: name), "'\(name)' must be a text, found \(value.kind)")
      return nil
    }
    return scalar
  }

  /// nil if there is none, or none that is true or false; that is said in the log.
  func boolean(_ name: String, log: inout DiagnosticLog) -> Bool? {
    guard let value = values[name] else { return nil }
    if let boolean = value.scalar?.boolean { return boolean }
    log.error(valueLocation(of: name), "'\(name)' must be true or false")
    return nil
  }

  /// Texts; nil if there is something else, said in the log.
  func texts(_ name: String, log: inout DiagnosticLog) -> [String]? {
    guard let value = values[name] else { return [] }
    if value.scalar?.isNull == true { return [] }
    guard case .sequence(let nodes) = value.content else {
      log.error(valueLocation(of: name), "'\(name)' must be a list, found \(value.kind)", hint: "write [a, b]")
      return nil
    }
    var texts: [String] = []
    texts.reserveCapacity(nodes.count)
    for node in nodes {
      guard let scalar = node.scalar else {
        log.error(file.location(at: node.start), "'\(name)' holds texts, found \(node.kind)")
        return nil
      }
      texts.append(scalar.text)
    }
    return texts
  }

  /// Warns of keys that mean nothing here.
  func checkKeys(known: [String], log: inout DiagnosticLog) {
    for name in keys.keys.sorted() where !known.contains(name) {
      log.warn(
        location(of: name), "unknown key \(DisplayText.quoted(name))", hint: NearestName.hint(name, among: known))
    }
  }
}

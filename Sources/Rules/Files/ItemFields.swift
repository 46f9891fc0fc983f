internal import Events

/// A mapping of a rule file or a configuration, its keys checked: known ones once each. Whatever is asked of it that it
/// can't give is said in the log, with its place: nil then means "absent, or said".
package struct ItemFields {
  private var values: [String: YAMLNode] = [:]
  private var keys: [String: YAMLNode] = [:]
  package let node: YAMLNode
  package let file: SourceFile

  /// - Parameter expected: what should be here, for the message: `an item with 'rule'`.
  /// - Returns: nil if it is no mapping, has a key twice, or has keys that are no texts; said in the log.
  package init?(
    _ node: YAMLNode, in file: SourceFile, as expected: String = "a mapping", hint: String? = nil, log: inout DiagnosticLog
  ) {
    self.node = node
    self.file = file
    guard case .mapping(let pairs) = node.content else {
      log.error(file.location(at: node.start), "expected \(expected), found \(node.kind)", hint: hint)
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

  /// The mapping that a whole file is, as a configuration is; without any key if the file holds none.
  /// - Returns: nil if it is no YAML, or something else; said in the log.
  package init?(root file: SourceFile, limits: LoadLimits, log: inout DiagnosticLog) {
    do throws(YAMLReader.Failure) {
      let documents = try YAMLReader.read(file, limits: limits)
      if documents.count > 1 {
        log.error(file.location(at: documents[1].start), "a second document starts here, where one is expected")
        return nil
      }
      let root = documents.first.flatMap { $0.scalar?.isNull == true ? nil : $0 }
      self.init(root ?? YAMLNode(content: .mapping([]), start: 0), in: file, as: "keys with their values",
        hint: "a line looks like `key: value`", log: &log)
    } catch {
      log.error(file.location(at: error.offset), error.message, hint: error.hint)
      return nil
    }
  }

  package var names: Set<String> { Set(keys.keys) }
  package subscript(_ name: String) -> YAMLNode? { values[name] }
  package func has(_ name: String) -> Bool { values[name] != nil }

  /// Where a key stands; the mapping's own start, if there is no such key.
  package func location(of name: String) -> SourceLocation { file.location(at: (keys[name] ?? node).start) }
  package func valueLocation(of name: String) -> SourceLocation { file.location(at: (values[name] ?? node).start) }

  /// A text; quotes make one of anything, and nothing at all is none.
  package func text(_ name: String, log: inout DiagnosticLog) -> YAMLScalar? {
    guard let value = values[name] else { return nil }
    guard let scalar = value.scalar, !scalar.isNull else {
      log.error(valueLocation(of: name), "'\(name)' must be a text, found \(value.kind)")
      return nil
    }
    return scalar
  }

  /// `true` or `false`, or what YAML calls so.
  package func boolean(_ name: String, log: inout DiagnosticLog) -> Bool? {
    guard let value = values[name] else { return nil }
    if let boolean = value.scalar?.boolean { return boolean }
    log.error(valueLocation(of: name), "'\(name)' must be true or false")
    return nil
  }

  /// A whole number within a range; decimal, or hexadecimal after `0x`.
  package func integer(_ name: String, range: ClosedRange<Int>, log: inout DiagnosticLog) -> Int? {
    guard let value = values[name] else { return nil }
    let written = value.scalar.flatMap { $0.style == .plain ? Array($0.text.utf8) : nil } ?? []
    // YAML's readers differ in what a zero before a number means.
    let isOctal = written.count > 1 && written[0] == UInt8(ascii: "0") && ConditionScanner.isDigit(written[1])
    if !isOctal, let number = ConstantParser.integer(written), let number = Int(exactly: number), range.contains(number) {
      return number
    }
    log.error(
      valueLocation(of: name), "'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound)",
      hint: isOctal ? "write it without a zero before it" : nil)
    return nil
  }

  /// A length of time, as `90s`, `5m`, `1h`, `30d`; in seconds.
  package func seconds(_ name: String, log: inout DiagnosticLog) -> Int? {
    guard has(name), let text = text(name, log: &log)?.text else { return nil }
    if let seconds = TimeSpan.seconds(text) { return seconds }
    log.error(valueLocation(of: name), "'\(name)' must be a length of time", hint: "as 90s, 5m, 1h or 30d")
    return nil
  }

  /// A number of bytes, as `4096`, `512K`, `100M`, `2G`.
  package func bytes(_ name: String, range: ClosedRange<Int>, log: inout DiagnosticLog) -> Int? {
    guard let value = values[name] else { return nil }
    let text = value.scalar?.text ?? ""
    let shift = ["K": 10, "M": 20, "G": 30, "T": 40][text.suffix(1)] ?? 0
    let digits = shift == 0 ? text[...] : text.dropLast()
    if (1...15).contains(digits.utf8.count), digits.utf8.allSatisfy(ConditionScanner.isDigit), let number = Int(digits) {
      let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
      if !overflow, range.contains(bytes) { return bytes }
    }
    log.error(
      valueLocation(of: name), "'\(name)' must be a number of bytes from \(range.lowerBound) to \(range.upperBound)",
      hint: "as 512M or 2G")
    return nil
  }

  /// Texts; none if there is no such key.
  /// - Returns: nil if there is something else, said in the log.
  package func texts(_ name: String, log: inout DiagnosticLog) -> [String]? {
    scalars(name, log: &log)?.map(\.text)
  }

  /// Likewise, with their places.
  func scalars(_ name: String, log: inout DiagnosticLog) -> [YAMLScalar]? {
    guard let nodes = sequence(name, hint: "write [a, b]", log: &log) else { return nil }
    var scalars: [YAMLScalar] = []
    scalars.reserveCapacity(nodes.count)
    for node in nodes {
      guard let scalar = node.scalar else {
        log.error(file.location(at: node.start), "'\(name)' holds texts, found \(node.kind)")
        return nil
      }
      scalars.append(scalar)
    }
    return scalars
  }

  /// The mapping within.
  package func mapping(_ name: String, log: inout DiagnosticLog) -> ItemFields? {
    guard let value = values[name], value.scalar?.isNull != true else { return nil }
    return ItemFields(value, in: file, as: "keys with their values in '\(name)'", log: &log)
  }

  /// A list of mappings; none if there is no such key. Those that are none are left out, and said in the log.
  package func mappings(_ name: String, log: inout DiagnosticLog) -> [ItemFields]? {
    guard let nodes = sequence(name, hint: "write each after a '-'", log: &log) else { return nil }
    return nodes.compactMap { ItemFields($0, in: file, as: "keys with their values in '\(name)'", log: &log) }
  }

  private func sequence(_ name: String, hint: String, log: inout DiagnosticLog) -> [YAMLNode]? {
    guard let value = values[name], value.scalar?.isNull != true else { return [] }
    guard case .sequence(let nodes) = value.content else {
      log.error(valueLocation(of: name), "'\(name)' must be a list, found \(value.kind)", hint: hint)
      return nil
    }
    return nodes
  }

  /// Tells of keys that mean nothing here; of twenty, at most. A rule file may be made for a later version, and is
  /// warned of; in a configuration they are errors.
  package func checkKeys(known: [String], as severity: Diagnostic.Severity = .warning, log: inout DiagnosticLog) {
    let unknown = keys.keys.filter { !known.contains($0) }.sorted()
    for name in unknown.prefix(20) {
      let hint = NearestName.hint(name, among: known)
      log.add(Diagnostic(severity, location(of: name), "unknown key \(DisplayText.quoted(name))", hint: hint))
    }
    if unknown.count > 20 {
      log.add(Diagnostic(severity, location(of: unknown[20]), "unknown keys: \(unknown.count - 20) more"))
    }
  }
}

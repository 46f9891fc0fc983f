internal import Events

extension Predicate {
  /// As a rule would write it, so that it could be read back: the operator in its plainest form, constants in quotes
  /// where they need them, sets sorted.
  package var text: String {
    if case .ofExpression(let expression, let test) = test { return Self.text(expression.text, test) }
    return Self.text(field.text, test)
  }

  private static func text(_ name: String, _ test: Test) -> String {
    switch test {
    case .ofExpression(let expression, let test): return text(expression.text, test)
    case .related(let relation, .field(let other)): return "\(name) \(relation.text) val(\(other.text))"
    case .related(let relation, let other): return "\(name) \(relation.text) \(other.text)"
    case .exists: return "\(name) exists"
    case .equals(let value): return "\(name) = \(Self.written(value))"
    case .notEquals(let value): return "\(name) != \(Self.written(value))"
    case .isIn(let values): return "\(name) in \(Self.list(values.sorted { $0.lexicographicallyPrecedes($1) }))"
    case .allIn(let values): return "\(name) in \(Self.list(values.sorted { $0.lexicographicallyPrecedes($1) }))"
    case .anyIn(let values): return "\(name) intersects \(Self.list(values.sorted { $0.lexicographicallyPrecedes($1) }))"
    case .contains(let value): return "\(name) contains \(Self.written(value))"
    case .containsIgnoringCase(let value): return "\(name) icontains \(Self.written(value))"
    case .startsWith(let value): return "\(name) startswith \(Self.written(value))"
    case .endsWith(let value): return "\(name) endswith \(Self.written(value))"
    case .glob(let glob): return "\(name) \(glob.ignoresCase ? "iglob" : "glob") \(Self.written(glob.pattern))"
    case .regex(let regex): return "\(name) \(regex.options.written) \(Self.written(regex.pattern))"
    case .equalsIgnoringCase(let value): return "\(name) iglob \(Self.glob("", value, ""))"
    case .startsWithIgnoringCase(let value): return "\(name) iglob \(Self.glob("", value, "*"))"
    case .endsWithIgnoringCase(let value): return "\(name) iglob \(Self.glob("*", value, ""))"
    case .wildcard(let wildcard):
      return "\(name) \(wildcard.ignoresCase ? "iglob" : "glob") \(Self.written(wildcard.globPattern))"
    case .pathPrefix(let paths): return "\(name) pmatch \(Self.list(paths.paths))"
    case .ordered(let order, let value): return "\(name) \(order.text) \(Self.written(value))"
    case .equalsInteger(let value): return "\(name) = \(value)"
    case .notEqualsInteger(let value): return "\(name) != \(value)"
    case .isInIntegers(let values): return "\(name) in (\(values.sorted().map { String($0) }.joined(separator: ", ")))"
    case .orderedInteger(let order, let value): return "\(name) \(order.text) \(value)"
    case .equalsBoolean(let value): return "\(name) = \(value)"
    case .notEqualsBoolean(let value): return "\(name) != \(value)"
    case .isInNetworks(let networks): return Self.networks(name, "=", networks)
    // `!=` of many isn't written so by anyone, but says what it means.
    case .isNotInNetworks(let networks): return Self.networks(name, "!=", networks)
    case .isKind(let kinds):
      let names = kinds.kinds.compactMap(\.ruleNames.first)
      return names.count == 1 ? "\(name) = \(names[0])" : "\(name) in (\(names.joined(separator: ", ")))"
    }
  }

  private static func glob(_ before: String, _ value: [UInt8], _ after: String) -> String {
    written(Array(before.utf8) + Wildcard(bytes: value).globPattern + Array(after.utf8))
  }

  private static func networks(_ name: String, _ comparison: String, _ networks: [Network]) -> String {
    guard networks.count == 1, let only = networks.first else {
      let list = "(\(networks.map(\.text).joined(separator: ", ")))"
      return comparison == "=" ? "\(name) in \(list)" : "\(name) not in \(list)"
    }
    return "\(name) \(comparison) \(only.text)"
  }

  private static func list(_ values: [[UInt8]]) -> String { "(\(values.map { written($0) }.joined(separator: ", ")))" }

  /// A constant as conditions have it: bare where it can be, else in quotes, what could harm a terminal as `\xHH`.
  static func written(_ bytes: [UInt8], isBare: (UInt8) -> Bool = ConditionScanner.isBare) -> String {
    if !bytes.isEmpty, bytes.allSatisfy({ isBare($0) && (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) {
      let text = String(decoding: bytes, as: UTF8.self)
      if ConditionParser.Quantifier(rawValue: text) == nil { return text }
    }
    return quoted(bytes)
  }

  /// In quotes always, as the arguments of functions are.
  static func quoted(_ bytes: [UInt8]) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return "\"\(bytes.map { $0 < 0x80 ? inQuotes(Unicode.Scalar($0)) : hexadecimal(CollectionOfOne($0)) }.joined())\""
    }
    return "\"\(text.unicodeScalars.map(inQuotes).joined())\""
  }

  private static func inQuotes(_ scalar: Unicode.Scalar) -> String {
    if scalar == "\\" || scalar == "\"" { return "\\\(scalar)" }
    return EscapedText.isHostile(scalar) ? hexadecimal(String(scalar).utf8) : String(scalar)
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { $0 < 16 ? "\\x0\(String($0, radix: 16))" : "\\x\(String($0, radix: 16))" }.joined()
  }
}

extension RegularExpression.Options {
  /// The operator; of part of a text, as Sigma writes it.
  fileprivate var written: String {
    guard isUnanchored else { return "regex" }
    return "re" + (ignoresCase ? "|i" : "") + (anchorsMatchLines ? "|m" : "") + (dotMatchesNewline ? "|s" : "")
  }
}

extension FieldReference {
  /// As a rule would write it, whatever stands in its brackets.
  package var text: String {
    guard case .key(let key) = argument else { return name }
    return "\(field.description.name)[\(Self.written(key))]"
  }

  /// What stands in brackets.
  static func written(_ argument: [UInt8]) -> String {
    Predicate.written(argument) { byte in
      ConditionScanner.isBare(byte) && byte != UInt8(ascii: "[") && byte != UInt8(ascii: "]")
    }
  }
}

extension Predicate.Order {
  var text: String {
    switch self {
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    }
  }
}

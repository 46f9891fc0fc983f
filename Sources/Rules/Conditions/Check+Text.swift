extension Check {
  /// As its author wrote it, blanks and quotes aside.
  var text: String {
    let subject =
      switch subject {
      case .field(let field): field.text
      case .transformer(let transformer): transformer.text
      }
    let comparison = comparison.rawValue
    switch operand {
    case .none: return "\(subject) \(comparison)"
    case .literal(let value), .identifier(let value): return "\(subject) \(comparison) \(Predicate.written(value.bytes))"
    case .list(let values):
      return "\(subject) \(comparison) (\(values.map { Predicate.written($0.bytes) }.joined(separator: ", ")))"
    case .field(let field): return "\(subject) \(comparison) val(\(field.text))"
    case .transformer(let transformer): return "\(subject) \(comparison) \(transformer.text)"
    }
  }
}

extension FieldName {
  /// The name is made of letters, digits, dots and the like: the grammar takes no others.
  var text: String { argument.map { "\(name)[\(FieldReference.written($0))]" } ?? name }
}

extension Transformer {
  /// Transformers in transformers are as deep as the grammar lets them be.
  var text: String {
    "\(name)(\(arguments.map(\.text).joined(separator: ", ")))\(selector.map { "[\(FieldReference.written($0.bytes))]" } ?? "")"
  }
}

extension Transformer.Argument {
  var text: String {
    switch self {
    case .field(let field): field.text
    case .text(let value): Predicate.quoted(value.bytes)
    case .number(let value): Predicate.written(value.bytes)
    case .transformer(let transformer): transformer.text
    case .list(let arguments, _): "(\(arguments.map(\.text).joined(separator: ", ")))"
    }
  }
}

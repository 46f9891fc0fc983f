internal import Events

/// Turns functions as written into expressions, their fields looked up and their types checked.
struct ExpressionBuilder {
  /// A field that this version can't supply; the whole is absent with it.
  private(set) var absent: String?

  mutating func expression(_ transformer: Transformer) throws(ConditionError) -> Expression {
    func only() throws(ConditionError) -> Transformer.Argument {
      guard transformer.arguments.count == 1, let first = transformer.arguments.first else {
        throw ConditionError(.type, at: transformer.offset, "\(transformer.name)() takes one argument, and has \(transformer.arguments.count)")
      }
      return first
    }
    if let selector = transformer.selector, transformer.function != .getopt {
      throw ConditionError(
        .type, at: selector.offset, "\(transformer.name)() takes nothing in brackets",
        hint: "a field's stand right behind its name: \(transformer.name)(proc.aname[2])")
    }
    switch transformer.function {
    case .tolower: return .lower(try text(try only(), in: transformer))
    case .toupper: return .upper(try text(try only(), in: transformer))
    case .b64: return .decoded(try text(try only(), in: transformer))
    case .basename: return .basename(try text(try only(), in: transformer))
    case .len: return .length(try text(try only(), in: transformer))
    case .concat: return .joined(try texts(transformer.arguments, in: transformer), separator: [])
    case .join:
      guard transformer.arguments.count == 2, case .text(let separator) = transformer.arguments[0],
        case .list(let parts, _) = transformer.arguments[1]
      else {
        throw ConditionError(
          .type, at: transformer.offset, "join() takes a separator and a list", hint: "write join(\",\", (proc.name, proc.pname))")
      }
      return .joined(try texts(parts, in: transformer), separator: separator.bytes)
    case .getopt: return .options(try options(transformer))
    }
  }

  mutating func texts(_ arguments: [Transformer.Argument], in transformer: Transformer) throws(ConditionError) -> [Expression] {
    guard !arguments.isEmpty else { throw ConditionError(.type, at: transformer.offset, "\(transformer.name)() has no arguments") }
    var expressions: [Expression] = []
    for argument in arguments { expressions.append(try text(argument, in: transformer)) }
    return expressions
  }

  mutating func text(_ argument: Transformer.Argument, in transformer: Transformer) throws(ConditionError) -> Expression {
    switch argument {
    case .text(let literal): return .constant(literal.bytes)
    case .number(let literal): return .constant(literal.bytes)
    case .list(_, let offset): throw ConditionError(.type, at: offset, "\(transformer.name)() takes no list here")
    case .field(let name):
      let field = try field(name)
      if absent == nil, case .field(let reference) = field, reference.field.description.type != .string {
        throw ConditionError(
          .type, at: name.offset, "\(transformer.name)() takes a text, and '\(name.name)' is \(reference.field.description.type.article)")
      }
      if case .field(let reference) = field, reference.field.description.cardinality == .list {
        throw ConditionError(.type, at: name.offset, "\(transformer.name)() takes a text, and '\(name.name)' is a list")
      }
      return field
    case .transformer(let inner):
      let expression = try expression(inner)
      guard !expression.isList else {
        throw ConditionError(
          .type, at: inner.offset, "\(transformer.name)() takes a text, and \(inner.name)() is a list",
          hint: "one option's argument is a text: \(inner.text)[x]")
      }
      guard !expression.isNumber else {
        throw ConditionError(.type, at: inner.offset, "\(transformer.name)() takes a text, and \(inner.name)() is a number")
      }
      return expression
    }
  }

  static func hasNoField(at offset: Int) -> ConditionError {
    ConditionError(.type, at: offset, "no field stands in this function")
  }

  /// A field as it is.
  mutating func field(_ name: FieldName) throws(ConditionError) -> Expression {
    switch try PredicateBuilder.resolve(name) {
    case .known(let reference): return .field(reference)
    case .absent(let name):
      absent = absent ?? name
      return .constant([])
    }
  }
}

extension PredicateBuilder {
  /// A check with a function or another field in it.
  static func expressionLeaf(for check: Check) throws(ConditionError) -> Leaf {
    var builder = ExpressionBuilder()
    let subject: Expression
    switch check.subject {
    case .field(let name): subject = try builder.field(name)
    case .transformer(let transformer): subject = try builder.expression(transformer)
    }
    var other: Expression?
    switch check.operand {
    case .field(let name): other = try builder.field(name)
    case .transformer(let transformer): other = try builder.expression(transformer)
    case .none, .literal, .list, .identifier: break
    }
    if let absent = builder.absent { return .absent(absent) }
    // Of an ancestor without an index any is tried.
    let anyAncestor = subject.fields.first { $0.field.description.cardinality == .ancestors && $0.argument == .none }
    guard let field = anyAncestor ?? subject.fields.first else {
      throw ExpressionBuilder.hasNoField(at: check.offset)
    }
    if let other {
      let relation = try relation(check, subject, other)
      return .predicate(Predicate(field, .ofExpression(subject, .related(relation, other))), isNegated: false)
    }
    try checkSupport(of: check)
    if case .list(let values) = check.operand, values.isEmpty { return .constant(false) }
    let test: Predicate.Test =
      if check.comparison == .exists {
        .exists
      } else if subject.isList {
        try listTest(check, subject)
      } else if subject.isNumber {
        try integerTest(check, field) { literal throws(ConditionError) in try integer(literal, field) }
      } else {
        try stringTest(check, field)
      }
    return .predicate(Predicate(field, .ofExpression(subject, test)), isNegated: false)
  }

  private static func relation(
    _ check: Check, _ subject: Expression, _ other: Expression
  ) throws(ConditionError) -> Predicate.Relation {
    for case .field(let reference) in [subject, other] {
      let type = reference.field.description.type
      guard type != .address && type != .boolean, reference.field.description.cardinality != .ends else {
        throw ConditionError(.unsupported, at: check.offset, "'\(reference.name)' can't be compared with another field yet")
      }
      guard reference.field.description.cardinality != .list else {
        throw ConditionError(.type, at: check.offset, "'\(reference.name)' is a list, and compares with constants only")
      }
    }
    for side in [subject, other] where side.isList {
      throw ConditionError(
        .type, at: check.offset, "\(side.text) is a list, and compares with constants only",
        hint: "one option's argument is a text: \(side.text)[x]")
    }
    guard subject.isNumber == other.isNumber else {
      let (one, two) = subject.isNumber ? ("a number", "a text") : ("a text", "a number")
      throw ConditionError(.type, at: check.offset, "\(subject.text) is \(one), \(other.text) \(two)")
    }
    if other.fields.contains(where: { $0.field.description.cardinality == .ancestors && $0.argument == .none }) {
      throw ConditionError(
        .unsupported, at: check.offset, "any ancestor can't stand on the right-hand side yet", hint: "give its number, as proc.aname[2]")
    }
    if let order = order(check.comparison) { return .ordered(order) }
    switch check.comparison {
    // A single value is a member of one if it is equal.
    case .equal, .equalTwice, .isIn, .intersects: return .equals
    case .notEqual: return .notEquals
    case .contains where !subject.isNumber: return .contains
    case .icontains where !subject.isNumber: return .containsIgnoringCase
    case .startsWith where !subject.isNumber: return .startsWith
    case .endsWith where !subject.isNumber: return .endsWith
    default:
      throw ConditionError(
        .type, at: check.comparisonOffset, "'\(check.comparison.rawValue)' compares with constants only here",
        hint: subject.isNumber ? "expected one of = != < <= > >= in" : "expected one of = != < <= > >= in contains icontains startswith endswith")
    }
  }
}

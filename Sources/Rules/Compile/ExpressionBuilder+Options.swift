internal import Events

extension ExpressionBuilder {
  /// getopt(arguments, "letters") [ "[" letter "]" ]
  mutating func options(_ transformer: Transformer) throws(ConditionError) -> OptionSearch {
    guard transformer.arguments.count == 2, case .text(let letters) = transformer.arguments[1] else {
      throw ConditionError(
        .type, at: transformer.offset, "getopt() takes arguments and, in quotes, the letters of their options",
        hint: "write getopt(proc.args, \"nt:\"); a colon says that the option before it has an argument")
    }
    return OptionSearch(
      source: try source(transformer.arguments[0], in: transformer), letters: letters.bytes,
      selected: try transformer.selector.map { selector throws(ConditionError) in try Self.selected(selector, letters) })
  }

  private mutating func source(
    _ argument: Transformer.Argument, in transformer: Transformer
  ) throws(ConditionError) -> OptionSearch.Source {
    if case .list(let parts, _) = argument { return .list(try texts(parts, in: transformer)) }
    let text = try text(argument, in: transformer)
    if case .field(let field) = text, field.field.showsArguments { return .commandLine(field) }
    return .words(text)
  }

  private static func selected(_ selector: Literal, _ letters: Literal) throws(ConditionError) -> UInt8 {
    guard selector.bytes.count == 1, let letter = selector.bytes.first else {
      throw ConditionError(
        .type, at: selector.offset, "the brackets behind getopt() take the letter of an option, not \(DisplayText.quoted(selector.bytes))")
    }
    guard OptionLetters(letters.bytes).contains(letter) else {
      throw ConditionError(
        .type, at: selector.offset, "\(DisplayText.quoted([letter])) is none of the options \(DisplayText.quoted(letters.bytes))",
        hint: "getopt() finds only those that its second argument names")
    }
    return letter
  }
}

extension PredicateBuilder {
  /// `in` asks of every value, `intersects` of any.
  static func listTest(_ check: Check, _ list: Expression) throws(ConditionError) -> Predicate.Test {
    let values = Set(literals(check).map(\.bytes))
    switch check.comparison {
    case .isIn: return .allIn(values)
    case .intersects: return .anyIn(values)
    default:
      throw ConditionError(
        .type, at: check.comparisonOffset, "'\(check.comparison.rawValue)' can't compare a list, as \(list.text) is",
        hint: "expected one of intersects in exists; one option's argument is a text: \(list.text)[x]")
    }
  }
}

extension Field {
  /// Its text is made of a process's arguments.
  fileprivate var showsArguments: Bool {
    switch self {
    case .processArgs, .processCommandLine, .processExeLine, .parentCommandLine, .parentExeLine, .ancestorCommandLine: true
    default: false
    }
  }
}

internal import Events

/// Parses a rule's output: text with `%field`, `%field[argument]` and `%function(...)` in it; `%%` is a percent sign, and so
/// is one before anything that can't start a name.
enum TemplateParser {
  /// - Returns: `errors`: what is wrong with it, up to twenty; the template is then of no use.
  static func parse(_ bytes: [UInt8]) -> (template: OutputTemplate, errors: [ConditionError]) {
    var parts: [OutputTemplate.Part] = []
    var errors: [ConditionError] = []
    var text: [UInt8] = []
    var next = 0
    let parser = ConditionParser(bytes)
    while next < bytes.count {
      guard bytes[next] == UInt8(ascii: "%"), next + 1 < bytes.count else {
        text.append(bytes[next])
        next += 1
        continue
      }
      guard ConditionScanner.isLetter(bytes[next + 1]) else {
        text.append(bytes[next])
        next += bytes[next + 1] == UInt8(ascii: "%") ? 2 : 1
        continue
      }
      do throws(ConditionError) {
        let (part, end) =
          if let function = try function(at: next + 1, parser) { function } else { try field(in: bytes, at: next + 1) }
        if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
        text = []
        parts.append(part)
        next = end
      } catch {
        errors.append(error)
        guard errors.count < ConditionChecker.maximumErrors else { break }
        next += 1
      }
    }
    if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
    return (OutputTemplate(parts: parts), errors)
  }

  /// nil: no name with a parenthesis behind it stands there.
  private static func function(
    at start: Int, _ parser: ConditionParser
  ) throws(ConditionError) -> (OutputTemplate.Part, Int)? {
    var parser = parser
    parser.scanner.advance(start)
    guard let transformer = try parser.parseTransformer() else {
      let name = String(decoding: parser.scanner.lookAhead(ConditionScanner.isWord), as: UTF8.self)
      guard parser.scanner.peek(name.utf8.count) == UInt8(ascii: "(") else { return nil }
      let functions = Transformer.Function.allCases.map(\.rawValue)
      throw ConditionError(
        .syntax, at: start, "unknown function \(DisplayText.quoted(name))",
        hint: NearestName.hint(name, among: functions) ?? "one of \(functions.joined(separator: " ")); a percent sign is %%")
    }
    var builder = ExpressionBuilder()
    let function = try builder.expression(transformer)
    if let absent = builder.absent { return (.absent(absent, written: transformer.text), parser.scanner.offset) }
    guard !function.fields.isEmpty else { throw ExpressionBuilder.hasNoField(at: start) }
    return (.function(function), parser.scanner.offset)
  }

  private static func field(in bytes: [UInt8], at start: Int) throws(ConditionError) -> (OutputTemplate.Part, Int) {
    var end = start
    while end < bytes.count, ConditionScanner.isWord(bytes[end]) || bytes[end] == UInt8(ascii: ".") { end += 1 }
    // A full stop after a name ends a sentence; longer names first.
    var nameEnd = end
    while nameEnd > start {
      let name = String(decoding: bytes[start..<nameEnd], as: UTF8.self)
      if Field.written(name) != nil || !name.hasSuffix(".") && LaterFields.contains(name) { break }
      nameEnd = bytes[start..<nameEnd].lastIndex(of: UInt8(ascii: ".")) ?? start
    }
    guard nameEnd > start else {
      while end > start, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
      let name = String(decoding: bytes[start..<end], as: UTF8.self)
      _ = try PredicateBuilder.reference(to: FieldName(name: name, argument: nil, offset: start, argumentOffset: end))
      throw ConditionError(.unknownField, at: start, "unknown field \(DisplayText.quoted(name))")
    }
    var argument: [UInt8]?
    var next = nameEnd
    if next < bytes.count, bytes[next] == UInt8(ascii: "[") {
      guard let close = bytes[next...].firstIndex(of: UInt8(ascii: "]")), close > next + 1 else {
        throw ConditionError(.syntax, at: next, "this '[' is never closed, or nothing stands in it", hint: "expected ']'")
      }
      argument = Array(bytes[(next + 1)..<close])
      next = close + 1
    }
    let name = String(decoding: bytes[start..<nameEnd], as: UTF8.self)
    let written = FieldName(name: name, argument: argument, offset: start, argumentOffset: nameEnd)
    return switch try PredicateBuilder.resolve(written) {
    case .known(let reference): (.field(reference), next)
    case .absent(let name): (.absent(name, written: written.text), next)
    }
  }
}

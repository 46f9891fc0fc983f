internal import Events

extension PolicyBuilder {
  /// A rule's condition with its exceptions in it.
  struct ExcludingCondition {
    let condition: Condition
    /// What offsets in the condition are of.
    let text: ConditionText
    let exceptions: [(item: ExceptionItem, condition: Condition)]
  }

  /// Puts lists in and parses; what is wrong with the syntax is reported at once.
  mutating func parse(_ items: [ItemText]) -> (Condition?, ConditionText) {
    parse(written(items))
  }

  mutating func parse(_ written: ConditionText) -> (Condition?, ConditionText) {
    guard textBytes < limits.totalConditionBytes else {
      let message = "all conditions together are longer than \(limits.totalConditionBytes) bytes"
      report(ConditionError(.syntax, at: 0, message), written)
      return (nil, written)
    }
    guard let text = expansion.expand(written, limit: limits.conditionBytes) else {
      let message = "the condition is longer than \(limits.conditionBytes) bytes with its lists put in"
      report(ConditionError(.syntax, at: 0, message), written)
      return (nil, written)
    }
    textBytes += text.bytes.count
    do throws(ConditionError) {
      return (try ConditionParser.parse(text.bytes), text)
    } catch {
      report(error, text)
      return (nil, text)
    }
  }

  /// The parts of a text, joined by blanks.
  func written(_ items: [ItemText]) -> ConditionText {
    var whole = ConditionText(start: items.first?.start ?? TextPlace(file: 0, offset: 0))
    for item in items where whole.bytes.count <= limits.conditionBytes {
      if !whole.bytes.isEmpty { whole.append(CollectionOfOne(UInt8(ascii: " ")), allAt: item.start) }
      let part = ScalarPlaces.text(of: item.scalar, in: files[item.file], number: item.file)
      whole.append(0..<part.bytes.count, of: part)
    }
    return whole
  }

  /// `(condition) and not (...)` for each exception that holds.
  /// - Returns: nil: an exception has an error, told in the log.
  mutating func excluding(_ item: RuleItem, _ main: Condition, _ mainText: ConditionText) -> ExcludingCondition? {
    var condition = main
    var text = mainText
    var exceptions: [(item: ExceptionItem, condition: Condition)] = []
    for exception in item.exceptions {
      if let day = exception.expires, let today = items.today, day < today {
        log.warn(
          exception.location, "the exception \(DisplayText.quoted(exception.name)) of \(DisplayText.quoted(item.name)) expired on \(day), and no longer applies",
          hint: exception.reason.map { "its reason was: \(DisplayText.escaped($0))" })
        continue
      }
      let written = exception.text(limit: limits.conditionBytes)
      guard !written.bytes.isEmpty else { continue }
      let (parsed, expanded) = parse(written)
      guard let parsed else { return nil }
      guard text.bytes.count + expanded.bytes.count <= limits.conditionBytes else {
        log.error(exception.location, "the condition is longer than \(limits.conditionBytes) bytes with its exceptions")
        return nil
      }
      exceptions.append((exception, parsed))
      condition = condition.excluding(parsed, shiftedBy: text.bytes.count)
      text.append(0..<expanded.bytes.count, of: expanded)
    }
    return ExcludingCondition(condition: condition, text: text, exceptions: exceptions)
  }

  mutating func report(_ error: ConditionError, _ text: ConditionText, as severity: Diagnostic.Severity = .error) {
    let place = text.place(at: error.offset)
    let location = files.indices.contains(place.file) ? files[place.file].location(at: place.offset) : .whole(".")
    var hint = error.hint
    if case .unknownList(let name) = error.reason { hint = hints.hint(name, among: listNames) ?? hint }
    log.add(Diagnostic(severity, location, error.message, hint: hint))
  }
}

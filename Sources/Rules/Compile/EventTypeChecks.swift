internal import Events

/// Comparisons of `evt.type`: all turn into a set of kinds when they compile.
enum EventTypeChecks {
  static func leaf(for check: Check) throws(ConditionError) -> PredicateBuilder.Leaf {
    let field = FieldReference(.eventType)
    let literals = PredicateBuilder.literals(check)
    switch check.comparison {
    case .equal, .equalTwice, .notEqual, .isIn, .intersects:
      var kinds: EventKinds = []
      for literal in literals {
        let name = String(decoding: literal.bytes, as: UTF8.self)
        guard let named = EventTypeNames.kinds(of: name) else {
          throw ConditionError(
            .type, at: literal.offset, "unknown event type \(DisplayText.quoted(name))", hint: EventTypeNames.hint(for: name))
        }
        kinds.formUnion(named)
      }
      return .predicate(Predicate(field, .isKind(kinds)), isNegated: check.comparison == .notEqual)
    case .regex:
      let literal = literals.first ?? Literal(bytes: [], offset: check.offset)
      let regex = try PredicateBuilder.regex(literal.bytes, at: literal.offset)
      let kinds = EventTypeNames.kinds { regex.matches(Array($0.utf8).span.bytes) }
      return .predicate(Predicate(field, .isKind(kinds)), isNegated: false)
    case .contains, .icontains, .startsWith, .endsWith, .glob, .iglob:
      let value = literals.first?.bytes ?? []
      let kinds = EventTypeNames.kinds { fits(check.comparison, Array($0.utf8), value) }
      return .predicate(Predicate(field, .isKind(kinds)), isNegated: false)
    default:
      throw PredicateBuilder.mismatch(check, field, "= != in contains startswith endswith glob iglob regex exists")
    }
  }

  /// Names of events that a check of `evt.type` asks for and that there are none of.
  static func missingKinds(of check: Check) -> [String] {
    guard case .field(let field) = check.subject, field.name == Field.eventType.description.name else { return [] }
    return PredicateBuilder.literals(check).map { String(decoding: $0.bytes, as: UTF8.self) }
      .filter { EventTypeNames.kinds(of: $0)?.isEmpty == true }
  }

  private static func fits(_ comparison: Comparison, _ name: [UInt8], _ value: [UInt8]) -> Bool {
    switch comparison {
    case .startsWith: name.starts(with: value)
    case .endsWith: name.reversed().starts(with: value.reversed())
    case .iglob: Glob(value, ignoresCase: true).matches(name.span.bytes)
    case .glob: Glob(value).matches(name.span.bytes)
    case .icontains: contains(name, value.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
    default: contains(name, value)
    }
  }

  private static func contains(_ name: [UInt8], _ value: [UInt8]) -> Bool {
    name.indices.contains { name[$0...].starts(with: value) } || value.isEmpty
  }
}

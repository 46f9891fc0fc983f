internal import Events

/// Turns the items of one rule into nodes over predicates.
struct SigmaItemCompiler {
  let source: SigmaLogSource
  private(set) var nodes = ConditionNodes()
  /// What can't match, and where.
  private(set) var doubts: [SigmaError] = []
  /// Bytes of values that may still be made of those written.
  private(set) var bytesLeft: Int
  private let byteLimit: Int

  /// Bytes of a value with wildcards; what they cost hangs on its length.
  private static let maximumWildcard = 1_024

  /// - Parameters:
  ///   - bytes: that are left of the limit.
  init(source: SigmaLogSource, bytes: Int, of limit: Int) {
    self.source = source
    bytesLeft = bytes
    byteLimit = limit
  }

  // MARK: The whole

  /// - Returns: the node that holds if one of the rule's conditions does, for an event of its source.
  mutating func root(_ rule: SigmaRule, searches: [Int], _ pool: inout PredicatePool) -> Int {
    var roots: [Int] = []
    for condition in rule.conditions {
      var made: [Int] = []
      for node in condition.nodes {
        switch node {
        case .search(let index): made.append(searches[index])
        case .not(let child): made.append(nodes.not(made[child]))
        case .and(let children): made.append(nodes.and(children.map { made[$0] }))
        case .or(let children): made.append(nodes.or(children.map { made[$0] }))
        }
      }
      if let last = made.last { roots.append(last) }
    }
    let whole = nodes.or(roots)
    let kinds = nodes.predicate(Predicate(FieldReference(.eventType), .isKind(source.kinds)), &pool)
    return nodes.and([kinds, whole])
  }

  mutating func search(_ search: SigmaSearch, _ pool: inout PredicatePool) throws(SigmaError) -> Int {
    var alternatives: [Int] = []
    for items in search.alternatives {
      var all: [Int] = []
      for item in items { all.append(try self.item(item, &pool)) }
      alternatives.append(nodes.and(all))
    }
    return nodes.or(alternatives)
  }

  private mutating func item(_ item: SigmaItem, _ pool: inout PredicatePool) throws(SigmaError) -> Int {
    guard let name = item.field else {
      if item.modifiers.refersToFields { throw SigmaError(at: item.offset, "'fieldref' needs a field before it") }
      return try keywords(item, &pool)
    }
    guard let target = SigmaFieldMapping.target(name, source) else {
      throw SigmaError(
        at: item.offset, "unknown field \(DisplayText.quoted(name))",
        hint: NearestName.hint(name, among: SigmaFieldMapping.names(source)))
    }
    if item.modifiers.refersToFields {
      let made = try item.values.map { value throws(SigmaError) in try reference(item, target, value, &pool) }
      return combined(item, made)
    }
    if case .exists = item.modifiers.comparison { return try exists(item, target, &pool) }
    switch target {
    case .absent:
      // A field that never is there is null.
      let values = item.values.map { $0.isNull ? nodes.not(isThere(name)) : nodes.absent(name, item.text($0)) }
      return combined(item, values)
    case .initiated:
      return combined(item, try item.values.map { value throws(SigmaError) in try initiated(item, value, &pool) })
    case .userName:
      return combined(item, try item.values.map { value throws(SigmaError) in try user(item, value, &pool) })
    case .field(let field):
      let reference = FieldReference(field)
      switch field.description.type {
      case .string: return try texts(item, reference, &pool)
      case .integer, .port: return try numbers(item, reference, &pool)
      case .address: return try addresses(item, reference, &pool)
      case .boolean: return combined(item, item.values.map { nodes.constant(false, item.text($0)) })
      }
    }
  }

  private mutating func combined(_ item: SigmaItem, _ values: [Int]) -> Int {
    item.modifiers.asksAll ? nodes.and(values) : nodes.or(values)
  }

  private mutating func isAbsent(_ field: FieldReference, _ pool: inout PredicatePool) -> Int {
    nodes.predicate(Predicate(field, .exists), isNegated: true, &pool)
  }

  /// That an event has a field which none has.
  private mutating func isThere(_ field: String) -> Int {
    nodes.absent(field, "\(DisplayText.escaped(field))|exists: true")
  }

  // MARK: Special fields

  private mutating func exists(_ item: SigmaItem, _ target: SigmaFieldMapping.Target, _ pool: inout PredicatePool)
    throws(SigmaError) -> Int
  {
    guard item.values.count == 1, let value = item.values.first, let wanted = Self.boolean(value) else {
      throw SigmaError(at: item.values.first?.start ?? item.offset, "'exists' takes true or false")
    }
    switch target {
    case .absent: return wanted ? isThere(item.field ?? "") : nodes.not(isThere(item.field ?? ""))
    case .initiated: return nodes.constant(wanted, item.text(value))
    case .userName: return nodes.predicate(Predicate(FieldReference(.realUserID), .exists), isNegated: !wanted, &pool)
    case .field(let field): return nodes.predicate(Predicate(FieldReference(field), .exists), isNegated: !wanted, &pool)
    }
  }

  private static func boolean(_ value: YAMLScalar) -> Bool? {
    switch value.text.lowercased() {
    case "true", "yes": true
    case "false", "no": false
    default: nil
    }
  }

  private mutating func initiated(_ item: SigmaItem, _ value: YAMLScalar, _ pool: inout PredicatePool)
    throws(SigmaError) -> Int
  {
    if value.isNull { return nodes.constant(false, item.text(value)) }
    guard let began = Self.boolean(value) else {
      throw SigmaError(at: value.start, "'Initiated' is 'true' or 'false', not \(DisplayText.quoted(value.text))")
    }
    let kinds = began ? SigmaLogSource.outgoing : SigmaLogSource.incoming
    return nodes.predicate(Predicate(FieldReference(.eventType), .isKind(kinds)), &pool)
  }

  private mutating func user(_ item: SigmaItem, _ value: YAMLScalar, _ pool: inout PredicatePool) throws(SigmaError)
    -> Int
  {
    let field = FieldReference(.realUserID)
    if value.isNull { return isAbsent(field, &pool) }
    if item.modifiers.comparison == .whole, item.modifiers.transformations.isEmpty, value.text.lowercased() == "root" {
      return nodes.predicate(Predicate(field, .equalsInteger(0)), &pool)
    }
    return nodes.absent("User", item.text(value))
  }

  /// With what another field of the same event has.
  private mutating func reference(
    _ item: SigmaItem, _ target: SigmaFieldMapping.Target, _ value: YAMLScalar, _ pool: inout PredicatePool
  ) throws(SigmaError) -> Int {
    guard let other = SigmaFieldMapping.target(value.text, source) else {
      throw SigmaError(
        at: value.start, "unknown field \(DisplayText.quoted(value.text))",
        hint: NearestName.hint(value.text, among: SigmaFieldMapping.names(source)))
    }
    if target == .absent { return nodes.absent(item.field ?? "", item.text(value)) }
    if other == .absent { return nodes.absent(value.text, item.text(value)) }
    guard case .field(let one) = target, case .field(let two) = other,
      let (subject, operand) = Self.comparable(one, two, keepsCase: item.modifiers.keepsCase)
    else {
      throw SigmaError(.unsupported, at: item.offset, "'fieldref' compares two texts or two numbers: these are others")
    }
    let relation: Predicate.Relation
    switch item.modifiers.comparison {
    case .whole: relation = .equals
    case _ where subject.isNumber:
      throw SigmaError(.unsupported, at: item.offset, "these fields are numbers, and this modifier compares texts")
    case .contains: relation = .contains
    case .startsWith: relation = .startsWith
    default: relation = .endsWith
    }
    let predicate = Predicate(FieldReference(one), .ofExpression(subject, .related(relation, operand)))
    return nodes.predicate(predicate, &pool)
  }

  private static func comparable(_ one: Field, _ other: Field, keepsCase: Bool) -> (Expression, Expression)? {
    let (a, b) = (Expression.field(FieldReference(one)), Expression.field(FieldReference(other)))
    if a.isNumber, b.isNumber { return (a, b) }
    guard one.description.type == .string, other.description.type == .string else { return nil }
    return keepsCase ? (a, b) : (.lower(a), .lower(b))
  }

  // MARK: Texts

  private mutating func keywords(_ item: SigmaItem, _ pool: inout PredicatePool) throws(SigmaError) -> Int {
    switch item.modifiers.comparison {
    case .whole, .contains: break
    case .regex: break
    default: throw SigmaError(at: item.offset, "keywords are searched for: this modifier needs a field")
    }
    var values: [Int] = []
    for value in item.values {
      guard !value.isNull else { throw SigmaError(at: value.start, "a keyword must be a text, found nothing") }
      var places: [Int] = []
      for test in try tests(
        of: value, item.modifiers, as: item.modifiers.isRegex ? item.modifiers.comparison : .contains)
      {
        for field in SigmaFieldMapping.texts(source) {
          places.append(nodes.predicate(Predicate(FieldReference(field), test), &pool))
        }
      }
      values.append(nodes.or(places))
    }
    return combined(item, values)
  }

  private mutating func texts(_ item: SigmaItem, _ field: FieldReference, _ pool: inout PredicatePool)
    throws(SigmaError) -> Int
  {
    switch item.modifiers.comparison {
    case .whole, .contains, .startsWith, .endsWith, .regex: break
    case .cidr:
      throw SigmaError(
        at: item.offset, "'cidr' compares addresses, and \(DisplayText.quoted(item.field ?? "")) is a text")
    default:
      throw SigmaError(
        at: item.offset, "this modifier compares numbers, and \(DisplayText.quoted(item.field ?? "")) is a text")
    }
    var values: [Int] = []
    for value in item.values {
      if value.isNull, item.modifiers.comparison == .whole {
        values.append(isAbsent(field, &pool))
        continue
      }
      var found: [Int] = []
      for test in try tests(of: value, item.modifiers, as: item.modifiers.comparison) {
        found.append(nodes.predicate(Predicate(field, test), &pool))
      }
      if !item.modifiers.isRegex { doubt(value, field) }
      if item.modifiers.asksAll { values.append(nodes.or(found)) } else { values += found }
    }
    return combined(item, values)
  }

  private mutating func tests(
    of written: YAMLScalar, _ modifiers: SigmaModifiers, as comparison: SigmaModifiers.Comparison
  ) throws(SigmaError) -> [Predicate.Test] {
    if case .regex(let flags) = comparison {
      let regex = try SigmaRegex.compiled(written, flags)
      // A few bytes of pattern unfold to thousands of states.
      try take(regex.states.count * PredicatePool.bytesOfStep, written)
      return [.regex(regex)]
    }
    var values = [SigmaValue(written: written.text)]
    for transformation in modifiers.transformations {
      var changed: [SigmaValue] = []
      for value in values { changed += try SigmaEncoding.values(of: value, by: transformation, at: written.start) }
      values = changed
    }
    for value in values {
      try take(value.elements.count, written)
      if value.elements.count > Self.maximumWildcard,
        value.elements.contains(where: { $0 == .anyRun || $0 == .anyCharacter })
      {
        throw SigmaError(at: written.start, "a value with wildcards is longer than \(Self.maximumWildcard) bytes")
      }
    }
    return values.map { $0.test(comparison, keepsCase: modifiers.keepsCase) }
  }

  private mutating func take(_ bytes: Int, _ value: YAMLScalar) throws(SigmaError) {
    bytesLeft -= bytes
    guard bytesLeft >= 0 else {
      throw SigmaError(
        at: value.start,
        "all conditions and Sigma's values together are longer than \(byteLimit) bytes, their regular expressions unfolded")
    }
  }

  /// Tells of a path as Windows writes them.
  private mutating func doubt(_ value: YAMLScalar, _ field: FieldReference) {
    guard SigmaFieldMapping.paths.contains(field.field), value.text.utf8.contains(UInt8(ascii: "\\")),
      doubts.count < 20,
      SigmaValue(written: value.text).elements.contains(.byte(UInt8(ascii: "\\")))
    else { return }
    doubts.append(
      SigmaError(
        at: value.start, "\(DisplayText.quoted(value.text)) can't match: paths have no '\\' here", hint: "write '/'"))
  }

  // MARK: Numbers and addresses

  private mutating func numbers(_ item: SigmaItem, _ field: FieldReference, _ pool: inout PredicatePool)
    throws(SigmaError) -> Int
  {
    let name = DisplayText.quoted(item.field ?? "")
    guard item.modifiers.transformations.isEmpty else {
      throw SigmaError(at: item.offset, "\(name) is a number: no modifier can change how it is written")
    }
    var whole: Set<Int64> = []
    var values: [Int] = []
    for value in item.values {
      if value.isNull {
        values.append(isAbsent(field, &pool))
        continue
      }
      if value.text.utf8.contains(UInt8(ascii: "*")) || value.text.utf8.contains(UInt8(ascii: "?")) {
        throw SigmaError(.unsupported, at: value.start, "wildcards in numbers are not supported")
      }
      guard let number = ConstantParser.integer(Array(value.text.utf8)) else {
        throw SigmaError(at: value.start, "\(DisplayText.quoted(value.text)) is no whole number, and \(name) is one")
      }
      switch item.modifiers.comparison {
      case .whole where item.modifiers.asksAll:
        values.append(nodes.predicate(Predicate(field, .equalsInteger(number)), &pool))
      case .whole: whole.insert(number)
      case .ordered(let order): values.append(nodes.predicate(Predicate(field, .orderedInteger(order, number)), &pool))
      default: throw SigmaError(.unsupported, at: item.offset, "\(name) is a number, and this modifier compares texts")
      }
    }
    if let first = whole.first {
      let test: Predicate.Test = whole.count == 1 ? .equalsInteger(first) : .isInIntegers(whole)
      values.append(nodes.predicate(Predicate(field, test), &pool))
    }
    return combined(item, values)
  }

  private mutating func addresses(_ item: SigmaItem, _ field: FieldReference, _ pool: inout PredicatePool)
    throws(SigmaError) -> Int
  {
    let name = DisplayText.quoted(item.field ?? "")
    guard item.modifiers.comparison == .whole || item.modifiers.comparison == .cidr,
      item.modifiers.transformations.isEmpty
    else {
      throw SigmaError(
        .unsupported, at: item.offset, "\(name) is an address, and this modifier compares texts", hint: "write cidr")
    }
    var networks: [Network] = []
    var values: [Int] = []
    for value in item.values {
      if value.isNull {
        values.append(isAbsent(field, &pool))
        continue
      }
      if value.text.utf8.contains(UInt8(ascii: "*")) {
        throw SigmaError(.unsupported, at: value.start, "wildcards in addresses are not supported", hint: "write cidr")
      }
      guard let network = ConstantParser.network(Array(value.text.utf8)) else {
        throw SigmaError(
          at: value.start, "\(DisplayText.quoted(value.text)) is neither an address nor a network",
          hint: "expected as 10.1.2.3, or behind 'cidr' 10.0.0.0/8, fd00::/8")
      }
      if item.modifiers.asksAll {
        values.append(nodes.predicate(Predicate(field, .isInNetworks([network])), &pool))
      } else if !networks.contains(network) {
        networks.append(network)
      }
    }
    if !networks.isEmpty { values.append(nodes.predicate(Predicate(field, .isInNetworks(networks)), &pool)) }
    return combined(item, values)
  }
}

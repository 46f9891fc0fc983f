import Events
import Rules

/// A predicate, ready to be tried on the event at hand: bytes that refer to nothing but ``Constants``, so that trying
/// it counts no references.
struct CompiledPredicate: BitwiseCopyable {
  private enum Test: BitwiseCopyable {
    case text(TextTest)
    case list(ListTest)
    case integer(IntegerTest)
    case address(AddressTest)
    case boolean(expected: Bool?)
    case kind(EventKinds)
    case textOf(CompiledExpression, TextTest)
    case integerOf(CompiledExpression, IntegerTest)
    case optionsOf(CompiledExpression, OptionsTest)
    case related(CompiledExpression, RelationTest, CompiledExpression)
    case never
  }

  private let field: Field
  private let asksBothEnds: Bool
  private let asksAncestors: Bool
  private let key: UnsafeRawBufferPointer
  /// Of an ancestor; nil: any.
  private let index: Int?
  private let test: Test

  init(_ predicate: Predicate, _ constants: Constants) {
    let description = predicate.field.field.description
    field = description.field
    (asksBothEnds, asksAncestors) =
      switch description.cardinality {
      case .one, .list: (false, false)
      case .ends: (true, false)
      case .ancestors: (false, true)
      }
    switch predicate.field.argument {
    case .none: (key, index) = (UnsafeRawBufferPointer(start: nil, count: 0), nil)
    case .index(let number): (key, index) = (UnsafeRawBufferPointer(start: nil, count: 0), number)
    case .key(let bytes): (key, index) = (constants.keep(bytes), nil)
    }
    test = Self.test(predicate.test, description, constants)
  }

  private static func test(_ test: Predicate.Test, _ field: FieldDescription, _ constants: Constants) -> Test {
    switch (test, field.type) {
    case (.ofExpression(let expression, .related(let relation, let other)), _):
      let test = RelationTest(relation, isNumber: expression.isNumber)
      guard relation == .containsIgnoringCase else { return .related(.init(expression, constants), test, .init(other, constants)) }
      return .related(.init(.lower(expression), constants), test, .init(.lower(other), constants))
    case (.ofExpression(let expression, let test), _):
      let compiled = CompiledExpression(expression, constants)
      if expression.isNumber { return IntegerTest(test, constants).map { .integerOf(compiled, $0) } ?? .never }
      if expression.isList { return OptionsTest(test, constants).map { .optionsOf(compiled, $0) } ?? .never }
      return TextTest(test, constants).map { .textOf(compiled, $0) } ?? .never
    case (.isKind(let kinds), _): return .kind(kinds)
    case (_, .string) where field.cardinality == .list: return ListTest(test, constants).map(Test.list) ?? .never
    case (_, .string): return TextTest(test, constants).map(Test.text) ?? .never
    case (_, .integer), (_, .port): return IntegerTest(test, constants).map(Test.integer) ?? .never
    case (_, .address): return AddressTest(test, constants).map(Test.address) ?? .never
    case (.exists, .boolean): return .boolean(expected: nil)
    case (.equalsBoolean(let value), .boolean): return .boolean(expected: value)
    case (.notEqualsBoolean(let value), .boolean): return .boolean(expected: !value)
    default: return .never
    }
  }

  /// False if the field is absent.
  func holds(_ state: borrowing State) -> Bool {
    switch test {
    case .kind(let kinds): return kinds.contains(state.event.kind)
    case .boolean(let expected):
      guard let value = state.boolean(field) else { return false }
      return expected == nil || value == expected
    case .address(let test):
      let ends = state.ends(field)
      return Self.holds(test.asksAllEnds, ends.0.map(test.holds), ends.1.map(test.holds))
    case .integer(let test) where asksBothEnds:
      let ends = state.ends(field)
      return Self.holds(test.asksAllEnds, State.port(ends.0).map(test.holds), State.port(ends.1).map(test.holds))
    case .integer(let test):
      return ofAncestors(state) { slot in
        guard let value = state.integer(field, of: slot) else { return false }
        return test.holds(value)
      }
    case .text(let test):
      return ofAncestors(state) { slot in state.withText(field, key: key, of: slot) { test.holds($0) } ?? false }
    case .list(let test): return test.holds(field, state)
    case .textOf(let expression, let test):
      return ofAncestors(state) { slot in expression.withText(state, of: slot) { test.holds($0) } ?? false }
    case .integerOf(let expression, let test):
      return ofAncestors(state) { slot in expression.integer(state, of: slot).map(test.holds) ?? false }
    case .optionsOf(let expression, let test):
      return ofAncestors(state) { slot in expression.holds(test, state, of: slot) }
    case .related(let one, let relation, let other):
      return ofAncestors(state) { slot in relation.holds(one, other, state, slot) }
    case .never: return false
    }
  }

  /// - Parameters: of each end, whether the test holds there; nil: there is none.
  private static func holds(_ asksAll: Bool, _ one: Bool?, _ other: Bool?) -> Bool {
    guard one != nil || other != nil else { return false }
    return asksAll ? one ?? true && other ?? true : one ?? false || other ?? false
  }

  /// Tries the event's process, or for an ancestor's field the ancestor of that index, or without one each.
  private func ofAncestors(_ state: borrowing State, _ holds: (Int32) -> Bool) -> Bool {
    guard asksAncestors else { return holds(state.event.slot) }
    if let index {
      let slot = state.ancestor(index)
      return slot >= 0 && holds(slot)
    }
    var slot = state.ancestor(1)
    while slot >= 0 {
      if holds(slot) { return true }
      slot = state.tree.parent(of: slot)
    }
    return false
  }
}

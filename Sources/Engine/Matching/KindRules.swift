import Events
import Rules

/// The rules that can match one kind of event, and the indices that tell which of them an event leaves possible.
struct KindRules: BitwiseCopyable {
  /// In the order of definition.
  let rules: UnsafeBufferPointer<RuleSteps>
  /// A bit each: the rules that no index knows.
  private let always: UnsafeBufferPointer<UInt64>
  private let texts: UnsafeBufferPointer<TextIndex>
  private let integers: UnsafeBufferPointer<IntegerIndex>

  /// Words that the set of its rules takes.
  var words: Int { always.count }

  /// - Parameter steps: where each rule's program is among all steps.
  init(_ kind: EventKind, _ policy: Policy, steps: [RuleSteps], _ constants: Constants) {
    var rules: [RuleSteps] = []
    var tests: [[IndexedTest]] = []
    for index in policy.rulesByKind[Int(kind.rawValue)] {
      guard let necessary = NecessaryTests(policy.rules[index].condition, kind, policy.predicates) else { continue }
      rules.append(steps[index].starting(at: necessary.start))
      tests.append(necessary.predicates.compactMap { IndexedTest(policy.predicates[$0]) })
    }
    self.rules = constants.keep(rules)

    // Of the tests that a rule could be found by, the one by which most others are too: the fewest fields are asked.
    var uses: [IndexedTest.Group: Int] = [:]
    for group in tests.flatMap({ Set($0.map(\.group)) }) { uses[group, default: 0] += 1 }
    var groups: [IndexedTest.Group: [(test: IndexedTest, place: Int32)]] = [:]
    var always = [UInt64](repeating: 0, count: (rules.count + 63) / 64)
    for (place, tests) in tests.enumerated() {
      // To look one rule up costs what it costs to try it.
      if let test = tests.max(by: { uses[$0.group, default: 0] < uses[$1.group, default: 0] }),
        uses[test.group, default: 0] > 1 {
        groups[test.group, default: []].append((test, Int32(truncatingIfNeeded: place)))
      } else {
        always[place >> 6] |= 1 << UInt64(place & 63)
      }
    }
    self.always = constants.keep(always)

    var texts: [TextIndex] = []
    var integers: [IntegerIndex] = []
    for (group, members) in groups {
      switch group {
      case .text(let reference, let part):
        var byText: [[UInt8]: [Int32]] = [:]
        for member in members { for text in member.test.texts { byText[text, default: []].append(member.place) } }
        texts.append(TextIndex(reference, part, byText, constants))
      case .integer(let field):
        var byNumber: [Int64: [Int32]] = [:]
        for member in members {
          for number in member.test.numbers { byNumber[number, default: []].append(member.place) }
        }
        integers.append(IntegerIndex(field, byNumber, constants))
      }
    }
    self.texts = constants.keep(texts)
    self.integers = constants.keep(integers)
  }

  /// Sets `bits` to the rules that the event leaves possible.
  func select(_ state: borrowing State, _ bits: RuleBits) {
    for word in 0..<always.count { bits.words[word] = always[word] }
    for index in texts { index.mark(state, in: bits) }
    for index in integers { index.mark(state, in: bits) }
  }
}

/// A test that an index can look up: that a field is one of several constants, or begins or ends with one.
private struct IndexedTest {
  enum Group: Hashable {
    case text(FieldReference, TextIndex.Part)
    case integer(Field)
  }

  let group: Group
  private(set) var texts: [[UInt8]] = []
  private(set) var numbers: [Int64] = []

  /// nil: of another sort, or of any of a process's ancestors.
  init?(_ predicate: Predicate) {
    if case .ancestors = predicate.field.field.description.cardinality { return nil }
    switch predicate.test {
    case .equals(let text): (group, texts) = (.text(predicate.field, .whole), [text])
    case .isIn(let all): (group, texts) = (.text(predicate.field, .whole), Array(all))
    case .startsWith(let text): (group, texts) = (.text(predicate.field, .start), [text])
    case .endsWith(let text): (group, texts) = (.text(predicate.field, .end), [text])
    case .equalsInteger(let number): (group, numbers) = (.integer(predicate.field.field), [number])
    case .isInIntegers(let all): (group, numbers) = (.integer(predicate.field.field), Array(all))
    default: return nil
    }
  }
}

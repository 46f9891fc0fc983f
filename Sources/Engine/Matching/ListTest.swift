import Events
import Rules

/// A predicate's test of a field that has several texts. False if it has none.
enum ListTest: BitwiseCopyable {
  case all(ByteStringSet)
  /// That it holds of any of them.
  case any(TextTest)

  /// nil: a test of another type.
  init?(_ test: Predicate.Test, _ constants: Constants) {
    switch test {
    case .allIn(let values): self = .all(ByteStringSet(values, constants))
    case .anyIn(let values): self = .any(.isIn(ByteStringSet(values, constants)))
    default:
      guard let test = TextTest(test, constants) else { return nil }
      self = .any(test)
    }
  }

  func holds(_ field: Field, _ state: borrowing State) -> Bool {
    switch self {
    case .any(let test): return state.anyText(field) { test.holds($0) }
    case .all(let values):
      var isEmpty = true
      let hasOther = state.anyText(field) { text in
        isEmpty = false
        return !values.contains(text)
      }
      return !isEmpty && !hasOther
    }
  }
}

extension Predicate {
  /// The fields that it looks at, from left to right.
  package var fields: [FieldReference] {
    switch test {
    case .ofExpression(let expression, .related(_, let other)): expression.fields + other.fields
    case .ofExpression(let expression, _): expression.fields
    case .related(_, let other): [field] + other.fields
    default: [field]
    }
  }

  /// Tests that ask whether each side of the comparison has a value: it is false where one has none, whatever it asks.
  package var needs: [Predicate] {
    switch test {
    case .ofExpression(let expression, .related(_, let other)):
      [Predicate(field, .ofExpression(expression, .exists)), Predicate(field, .ofExpression(other, .exists))]
    case .ofExpression(let expression, _): [Predicate(field, .ofExpression(expression, .exists))]
    case .related(_, let other): [Predicate(field, .exists), Predicate(field, .ofExpression(other, .exists))]
    default: [Predicate(field, .exists)]
    }
  }
}

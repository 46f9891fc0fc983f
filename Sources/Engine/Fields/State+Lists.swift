import Events

extension State {
  /// Gives each text of a field that has several, until `body` returns true.
  ///
  /// - Returns: whether it did.
  func anyText(_ field: Field, _ body: (RawSpan) -> Bool) -> Bool { false }
}

/// Matches a whole text with elements of which some stand for any run of bytes, as `*` does. What another stands for, a
/// byte or a character, is its owner's to say.
enum RunMatching {
  /// Takes at most bytes times elements steps, and no memory.
  ///
  /// - Parameters:
  ///   - count: bytes of the text.
  ///   - elements: how many there are.
  ///   - isRun: whether an element, by its index, stands for any run.
  ///   - next: where the text goes on after an element, by its index, that is looked for at a position; nil: it doesn't
  ///     fit there. The position can be the text's end.
  @inline(__always)
  static func matches(
    bytes count: Int, elements: Int, isRun: (Int) -> Bool, next: (_ element: Int, _ position: Int) -> Int?
  ) -> Bool {
    var position = 0
    var element = 0
    // After the last `*`: trying it one byte longer is all that going back has to do.
    var retryElement = -1
    var retryPosition = 0
    while true {
      if element == elements, position == count { return true }
      if element < elements {
        if isRun(element) {
          element += 1
          if element == elements { return true }
          retryElement = element
          retryPosition = position
          continue
        }
        if let next = next(element, position) {
          element += 1
          position = next
          continue
        }
      }
      guard retryElement >= 0, retryPosition < count else { return false }
      retryPosition += 1
      position = retryPosition
      element = retryElement
    }
  }
}

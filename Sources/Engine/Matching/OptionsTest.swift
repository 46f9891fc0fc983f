import Rules

/// A predicate's test of the list that `getopt()` gives: of each option its letter, and its argument if it has one.
enum OptionsTest: BitwiseCopyable {
  case exists
  case all(ByteStringSet)
  case any(ByteStringSet)

  /// nil: a test of another type.
  init?(_ test: Predicate.Test, _ constants: Constants) {
    switch test {
    case .exists: self = .exists
    case .allIn(let values): self = .all(ByteStringSet(values, constants))
    case .anyIn(let values): self = .any(ByteStringSet(values, constants))
    default: return nil
    }
  }

  /// False of a list without values.
  func holds(_ walk: consuming OptionWalk) -> Bool {
    var isEmpty = true
    while let found = walk.found() {
      isEmpty = false
      switch self {
      case .exists: return true
      case .all(let values): if !found.name.isMember(of: values) || found.argument?.isMember(of: values) == false { return false }
      case .any(let values): if found.name.isMember(of: values) || found.argument?.isMember(of: values) == true { return true }
      }
    }
    if case .all = self { return !isEmpty }
    return false
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func isMember(of values: ByteStringSet) -> Bool { values.contains(bytes) }
}

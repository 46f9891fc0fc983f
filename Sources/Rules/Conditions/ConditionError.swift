/// What is wrong with a condition, and where in its text.
struct ConditionError: Error, Equatable {
  enum Reason: Equatable {
    case syntax
    /// A field that this version doesn't have, or no one; `skip-if-unknown-filter` is about these.
    case unknownField
    /// Good syntax that this version can't run.
    case unsupported
    /// A word where a list's name may stand.
    case unknownList(name: String)
    case type
  }

  let reason: Reason
  /// Byte offset in the expanded text.
  let offset: Int
  let message: String
  var hint: String?

  init(_ reason: Reason, at offset: Int, _ message: String, hint: String? = nil) {
    self.reason = reason
    self.offset = offset
    self.message = message
    self.hint = hint
  }
}

/// What stands against a Sigma rule, and where in its file.
struct SigmaError: Error, Equatable {
  enum Reason: Equatable {
    /// The rule is wrong.
    case malformed
    /// The rule is good, and this version can't run it.
    case unsupported
  }

  let reason: Reason
  /// In bytes, in the file; of a condition, in its text.
  let offset: Int
  let message: String
  var hint: String?

  init(_ reason: Reason = .malformed, at offset: Int, _ message: String, hint: String? = nil) {
    self.reason = reason
    self.offset = offset
    self.message = message
    self.hint = hint
  }
}

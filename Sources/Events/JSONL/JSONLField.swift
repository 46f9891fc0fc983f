/// One key of a line: where its value stands in the fixed part of a record, and how it is written.
struct JSONLField: Sendable {
  enum Form: Sendable {
    case unsigned
    case signed
    case named(JSONLNames)
    /// A list of words, one a bit.
    case flags(JSONLNames)
    /// `char[]`, filled up with NULs.
    case text
    /// 16 bytes; the family that says what they are stands at that offset, in so many bytes.
    case address(family: Int, familyBytes: Int)
    /// A `struct sv_ref` to bytes.
    case part
    /// A `struct sv_ref` to texts that each end in NUL.
    case list
    case standardStreams
    case counters
  }

  let name: StaticString
  let offset: Int
  let byteCount: Int
  let form: Form

  var end: Int { offset + byteCount }

  /// Whether it refers to the variable part.
  var isPart: Bool {
    switch form {
    case .part, .list: true
    default: false
    }
  }
}

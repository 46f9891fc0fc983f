/// comm: the kernel's short name of a program, at most 15 bytes, of any kind but NUL.
struct Comm: Equatable {
  private var words: (UInt64, UInt64) = (0, 0)

  init() {}

  /// - Parameter field: a record's `char comm[16]`.
  init<Bytes: BitwiseCopyable>(_ field: Bytes) {
    withUnsafeBytes(of: field) { source in
      withUnsafeMutableBytes(of: &words) { target in
        for (index, byte) in source.prefix(15).enumerated() {
          if byte == 0 { break }
          target[index] = byte
        }
      }
    }
  }

  var isEmpty: Bool { words == (0, 0) }

  func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result {
    withUnsafeBytes(of: words) { all in
      var count = 0
      while count < 15, all[count] != 0 { count += 1 }
      return body(UnsafeRawBufferPointer(rebasing: all[..<count]).bytes)
    }
  }

  static func == (a: Comm, b: Comm) -> Bool { a.words == b.words }
}

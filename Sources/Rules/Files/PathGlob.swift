/// A pattern of a file's path below a directory.
struct PathGlob {
  private enum Part {
    case name(Glob)
    /// Directories, however many.
    case any
  }

  private let parts: [Part]

  /// - Parameter parts: what stands between slashes.
  init(_ parts: some Sequence<[UInt8]>) {
    self.parts = parts.map { $0.elementsEqual("**".utf8) ? .any : .name(Glob($0)) }
  }

  /// Directories that a path of it may have; nil: any number.
  var depth: Int? {
    let isBounded = parts.allSatisfy { if case .name = $0 { true } else { false } }
    return isBounded ? max(0, parts.count - 1) : nil
  }

  func matches(_ path: some StringProtocol) -> Bool {
    let names = path.split(separator: "/").map { Array($0.utf8) }
    // Whether the parts so far can stand for the first n names, by n.
    var reached = [Bool](repeating: false, count: names.count + 1)
    reached[0] = true
    for part in parts {
      var next = [Bool](repeating: false, count: names.count + 1)
      for index in 0...names.count {
        switch part {
        case .any: next[index] = reached[index] || index > 0 && next[index - 1]
        case .name(let glob):
          guard index > 0, reached[index - 1] else { continue }
          let name = names[index - 1]
          next[index] = glob.matches(name.span.bytes)
        }
      }
      reached = next
    }
    return reached[names.count]
  }
}

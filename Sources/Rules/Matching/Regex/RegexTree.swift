/// A pattern as parsed.
indirect enum RegexTree {
  case empty
  case set(ByteSet)
  case lineStart
  case lineEnd
  case sequence([RegexTree])
  case alternatives([RegexTree])
  /// - Parameter maximum: nil: any number.
  case repeated(RegexTree, minimum: Int, maximum: Int?)
}

/// Lays a tree out as states.
struct RegexCompiler {
  private var states: [RegularExpression.State] = []
  /// Copies of nothing add no states: nodes are counted as well.
  private var nodes = 0

  static func states(of tree: RegexTree) throws(RegularExpressionError) -> [RegularExpression.State] {
    var compiler = RegexCompiler()
    try compiler.emit(tree)
    try compiler.add(.match)
    return compiler.states
  }

  private mutating func add(_ state: RegularExpression.State) throws(RegularExpressionError) {
    guard states.count < RegularExpression.maximumStates else { throw Self.tooLarge }
    states.append(state)
  }

  private static let tooLarge = RegularExpressionError(
    offset: 0, message: "it is too large: it unfolds to more than \(RegularExpression.maximumStates) steps")

  /// What follows stands behind it.
  private mutating func emit(_ tree: RegexTree) throws(RegularExpressionError) {
    nodes += 1
    guard nodes <= RegularExpression.maximumStates * 8 else { throw Self.tooLarge }
    switch tree {
    case .empty: break
    case .set(let set): try add(.set(set, next: states.count + 1))
    case .lineStart: try add(.lineStart(next: states.count + 1))
    case .lineEnd: try add(.lineEnd(next: states.count + 1))
    case .sequence(let parts): for part in parts { try emit(part) }
    case .alternatives(let parts):
      var ends: [Int] = []
      for (index, part) in parts.enumerated() {
        guard index + 1 < parts.count else {
          try emit(part)
          break
        }
        let split = states.count
        try add(.jump(0))
        try emit(part)
        ends.append(states.count)
        try add(.jump(0))
        states[split] = .split(split + 1, states.count)
      }
      for end in ends { states[end] = .jump(states.count) }
    case .repeated(let part, let minimum, let maximum):
      for _ in 0..<minimum { try emit(part) }
      guard let maximum else {
        let split = states.count
        try add(.jump(0))
        try emit(part)
        try add(.jump(split))
        states[split] = .split(split + 1, states.count)
        return
      }
      var splits: [Int] = []
      for _ in minimum..<max(minimum, maximum) {
        splits.append(states.count)
        try add(.jump(0))
        try emit(part)
      }
      for split in splits { states[split] = .split(split + 1, states.count) }
    }
  }
}

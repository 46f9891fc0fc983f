/// A regular expression over bytes, matched in time linear in the text whatever its pattern (Thompson's simulation of
/// all alternatives at once).
package struct RegularExpression: Hashable, Sendable {
  /// Which patterns are good, and how they match.
  package struct Options: Hashable, Sendable {
    /// Also `\d \D \s \S \w \W`, `(?:...)`, `(?i)` at the start, and lazy `*?`, which match the same texts here.
    package var hasPerlSyntax = false
    /// Any part of the text may match, instead of the whole of it.
    package var isUnanchored = false
    /// Of ASCII letters.
    package var ignoresCase = false
    /// `.` matches a newline as well.
    package var dotMatchesNewline = false
    /// `^` and `$` also match at newlines, as POSIX has it.
    package var anchorsMatchLines = true

    package init() {}
  }

  /// Bound on what a pattern may unfold to.
  static let maximumStates = 2048

  /// One step of the machine; targets are states.
  enum State: Hashable, Sendable {
    case set(ByteSet, next: Int)
    case split(Int, Int)
    case jump(Int)
    case lineStart(next: Int)
    case lineEnd(next: Int)
    case match
  }

  package let pattern: [UInt8]
  package let options: Options
  let states: [State]
  /// One of these, in lower case, is in every text that matches, whatever its case; nil: none has to be.
  package let necessaryLiterals: [[UInt8]]?

  /// - Throws: what is wrong with the pattern, and where.
  package init(_ pattern: [UInt8], options: Options = Options()) throws(RegularExpressionError) {
    self.pattern = pattern
    var parser = RegexParser(pattern, options)
    let tree = try parser.parse()
    self.options = parser.options
    states = try RegexCompiler.states(of: tree)
    necessaryLiterals = RegexLiterals.necessary(tree)
  }

  package static func == (a: RegularExpression, b: RegularExpression) -> Bool {
    a.pattern == b.pattern && a.options == b.options
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(pattern)
    hasher.combine(options)
  }

  /// Takes at most bytes times states steps, and no memory.
  package func matches(_ text: RawSpan) -> Bool {
    let words = (states.count + 63) / 64
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: words * 3) { memory in
      memory.initialize(repeating: 0)
      return states.withUnsafeBufferPointer { states in
        run(
          text, states, now: .init(rebasing: memory[..<words]), seen: .init(rebasing: memory[words..<words * 2]),
          next: .init(rebasing: memory[(words * 2)...]))
      }
    }
  }

  private func run(
    _ text: RawSpan, _ states: UnsafeBufferPointer<State>, now: UnsafeMutableBufferPointer<UInt64>,
    seen: UnsafeMutableBufferPointer<UInt64>, next: UnsafeMutableBufferPointer<UInt64>
  ) -> Bool {
    let newline = UInt8(ascii: "\n")
    let count = text.byteCount
    var before: UInt8?
    now[0] = 1
    for position in 0...count {
      let byte: UInt8? = position < count ? text.unsafeLoad(fromByteOffset: position, as: UInt8.self) : nil
      let isStart = before == nil || options.anchorsMatchLines && before == newline
      let isEnd = byte == nil || options.anchorsMatchLines && byte == newline
      if options.isUnanchored { now[0] |= 1 }
      var isAlive = false
      for word in seen.indices { seen[word] = 0 }
      func add(_ state: Int, _ lowest: inout Int) {
        let bit: UInt64 = 1 << UInt64(state & 63)
        guard seen[state >> 6] & bit == 0 else { return }
        now[state >> 6] |= bit
        lowest = min(lowest, state >> 6)
      }
      var word = 0
      while word < now.count {
        guard now[word] != 0 else { word += 1; continue }
        let bit = now[word] & (~now[word] &+ 1)
        now[word] &= ~bit
        seen[word] |= bit
        var lowest = word
        switch states[word << 6 + bit.trailingZeroBitCount] {
        case .set(let set, let target):
          if let byte, set.contains(byte) {
            next[target >> 6] |= 1 << UInt64(target & 63)
            isAlive = true
          }
        case .split(let one, let other):
          add(one, &lowest)
          add(other, &lowest)
        case .jump(let target): add(target, &lowest)
        case .lineStart(let target): if isStart { add(target, &lowest) }
        case .lineEnd(let target): if isEnd { add(target, &lowest) }
        case .match: if byte == nil || options.isUnanchored { return true }
        }
        word = lowest
      }
      guard isAlive || options.isUnanchored else { return false }
      for word in now.indices {
        now[word] = next[word]
        next[word] = 0
      }
      before = byte
    }
    return false
  }
}

/// What is wrong with a pattern.
package struct RegularExpressionError: Error, Equatable {
  /// In bytes of the pattern.
  package let offset: Int
  package let message: String
}

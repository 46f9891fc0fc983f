/// Macros, checked in the order in which they need each other.
struct MacroTable {
  struct Entry {
    let name: String
    var condition: CheckedCondition?
    /// What a rule that uses it has to answer for; told once.
    var errors: [ConditionError] = []
    var text = ConditionText(start: TextPlace(file: 0, offset: 0))
    var usedMacros: [Int] = []
    /// There is an error that was told already.
    var isBroken = false
  }

  var entries: [Entry]

  /// All macros that the given ones name, and those that these name, themselves included; each once.
  func closure(of macros: [Int]) -> [Int] {
    var seen = Set<Int>()
    var result: [Int] = []
    var waiting = macros
    while let macro = waiting.popLast() {
      guard seen.insert(macro).inserted else { continue }
      result.append(macro)
      waiting += entries[macro].usedMacros
    }
    return result
  }
}

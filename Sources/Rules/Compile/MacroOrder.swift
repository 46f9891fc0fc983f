/// The order in which macros can be checked: each after those that it names.
enum MacroOrder {
  /// - Parameter parsed: the macros' conditions by index; nil: no good.
  /// - Returns: `cyclic`: those that lead back to themselves.
  static func order(_ parsed: [Condition?], table: ItemTable<MacroItem>) -> (sorted: [Int], cyclic: [Int]) {
    let needs = parsed.enumerated().map { index, condition -> [Int] in
      guard let condition else { return [] }
      return condition.nodes.compactMap { node in
        guard case .macro(let name, _) = node, let found = table.index(of: name) else { return nil }
        return found == index || found < table.entries[index].visibility ? found : nil
      }
    }
    // Those whose needs are all met, again and again; what is left is in a cycle, or needs one.
    var missing = needs.map { Set($0).count }
    var needed = [[Int]](repeating: [], count: parsed.count)
    for (index, macros) in needs.enumerated() { for macro in Set(macros) { needed[macro].append(index) } }
    var sorted = parsed.indices.filter { missing[$0] == 0 }
    var next = 0
    while next < sorted.count {
      for index in needed[sorted[next]] {
        missing[index] -= 1
        if missing[index] == 0 { sorted.append(index) }
      }
      next += 1
    }
    return (sorted, parsed.indices.filter { missing[$0] > 0 })
  }
}

/// A program as the tree that it was laid out from, for people. Nodes name their children by index, children first, so
/// that nothing that walks it needs recursion; the last is the whole. An `and` within an `and` is part of it, unless it
/// is a macro that is kept, and stays as a node that belongs to none.
package struct ConditionTree: Hashable, Sendable {
  package enum Node: Hashable, Sendable {
    /// By its index in the policy.
    case predicate(Int)
    case constant(Bool)
    /// A comparison with a field that this version can't supply, as written: false.
    case absent(String)
    case not(Int)
    case and([Int])
    case or([Int])
  }

  package private(set) var nodes: [Node] = []
  /// By node, of constants that stand for a comparison: the comparison, as written.
  package private(set) var texts: [Int: String] = [:]
  /// By node, of what came of macros, if they are kept: their names, an outer one before those in it.
  package private(set) var macros: [Int: [String]] = [:]

  private struct Group {
    enum Sort: Equatable { case and, or, macro(String) }

    let sort: Sort
    /// The operation at which all of its jumps meet, or one past a macro's last.
    let end: Int
    var children: [Int]
  }

  /// Reads the tree off the jumps: those of an `and` go to its end when false, those of an `or` when true.
  ///
  /// - Parameter keepsMacros: what came of a macro stays a part of its own, and has its name.
  /// - Returns: nil for a program that no condition is laid out as.
  package init?(_ program: Program, keepsMacros: Bool = false) {
    var groups: [Group] = []
    var current: Int?
    var spans = keepsMacros ? program.macroSpans[...] : []
    for (place, operation) in program.operations.enumerated() {
      if !close(&groups, at: place, &current) { return nil }
      while let span = spans.first, span.start == place {
        guard current == nil, span.end > place, groups.last.map({ span.end <= $0.end }) ?? true else { return nil }
        groups.append(Group(sort: .macro(span.name), end: span.end, children: []))
        spans.removeFirst()
      }
      switch operation {
      case .test(let predicate):
        guard current == nil else { return nil }
        current = add(.predicate(predicate))
      case .constant(let value):
        guard current == nil else { return nil }
        current = add(program.absences[place].map(Node.absent) ?? .constant(value))
        texts[nodes.count - 1] = program.constants[place]
      case .not:
        guard let child = current else { return nil }
        current = add(.not(child))
      case .jumpIfFalse(let end): if !open(&groups, .and, end: end, after: place, &current) { return nil }
      case .jumpIfTrue(let end): if !open(&groups, .or, end: end, after: place, &current) { return nil }
      }
    }
    guard close(&groups, at: program.operations.count, &current), groups.isEmpty, current != nil else { return nil }
  }

  private mutating func open(
    _ groups: inout [Group], _ sort: Group.Sort, end: Int, after place: Int, _ current: inout Int?
  ) -> Bool {
    guard let child = current, end > place + 1, groups.last.map({ end <= $0.end }) ?? true else { return false }
    current = nil
    if let last = groups.indices.last, groups[last].sort == sort, groups[last].end == end {
      groups[last].children.append(child)
    } else {
      groups.append(Group(sort: sort, end: end, children: [child]))
    }
    return true
  }

  /// - Returns: false if a group would end without its last part.
  private mutating func close(_ groups: inout [Group], at place: Int, _ current: inout Int?) -> Bool {
    while let last = groups.last, last.end == place {
      guard let child = current else { return false }
      groups.removeLast()
      if case .macro(let name) = last.sort {
        macros[child, default: []].insert(name, at: 0)
        continue
      }
      let isAnd = last.sort == .and
      let children = (last.children + [child]).flatMap { parts(of: $0, isAnd: isAnd) }
      current = add(isAnd ? .and(children) : .or(children))
    }
    return true
  }

  private func parts(of node: Int, isAnd: Bool) -> [Int] {
    switch nodes[node] {
    case _ where macros[node] != nil: [node]
    case .and(let children) where isAnd: children
    case .or(let children) where !isAnd: children
    default: [node]
    }
  }

  private mutating func add(_ node: Node) -> Int {
    nodes.append(node)
    return nodes.count - 1
  }

  // MARK: - Asking it

  /// The predicates' indices in the order in which the author has them, each once.
  package var predicates: [Int] {
    var seen: Set<Int> = []
    return nodes.compactMap { node in
      guard case .predicate(let index) = node, seen.insert(index).inserted else { return nil }
      return index
    }
  }

  /// The value of every node.
  ///
  /// - Parameter holds: a predicate's value, by its index.
  package func values(_ holds: (Int) -> Bool) -> [Bool] {
    var values: [Bool] = []
    values.reserveCapacity(nodes.count)
    for node in nodes {
      switch node {
      case .predicate(let index): values.append(holds(index))
      case .constant(let value): values.append(value)
      case .absent: values.append(false)
      case .not(let child): values.append(!values[child])
      case .and(let children): values.append(children.allSatisfy { values[$0] })
      case .or(let children): values.append(children.contains { values[$0] })
      }
    }
    return values
  }

  /// Each node that belongs to the whole, from the whole down, with how deep it stands.
  package var outline: [(node: Int, depth: Int)] {
    var outline: [(node: Int, depth: Int)] = []
    var waiting = nodes.isEmpty ? [] : [(node: nodes.count - 1, depth: 0)]
    while let next = waiting.popLast() {
      outline.append(next)
      switch nodes[next.node] {
      case .predicate, .constant, .absent: break
      case .not(let child): waiting.append((child, next.depth + 1))
      case .and(let children), .or(let children): waiting += children.reversed().map { ($0, next.depth + 1) }
      }
    }
    return outline
  }
}

extension Policy {
  /// The condition of a rule as a tree.
  package func tree(of rule: Rule) -> ConditionTree? { ConditionTree(rule.condition) }

  /// A rule's condition as its author could have written it without lists and macros, a part a line where it is long.
  package func conditionText(of rule: Rule) -> String? { text(of: rule.condition) }

  /// Likewise of any condition over its predicates, as a tenant's match.
  package func text(of program: Program) -> String? {
    ConditionTree(program).map { ConditionWriter.text($0) { predicates[$0].text } }
  }
}

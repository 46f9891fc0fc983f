/// Lays a checked condition out as a program, macros put in. What is still to do waits on a stack of its own: no
/// nesting of parentheses or macros can exhaust the thread's.
struct ProgramBuilder {
  private enum Task {
    /// - macro: the macro whose node it is; -1: the condition itself.
    case node(Int, macro: Int)
    case negate
    case jump(onTrue: Bool, label: Int)
    case label(Int)
    /// By index among the spans.
    case endOfMacro(Int)
  }

  private var operations: [Program.Operation] = []
  private var labels: [Int] = []
  private var absences: [Int: String] = [:]
  private var constants: [Int: String] = [:]
  private var macroSpans: [Program.MacroSpan] = []

  /// - Parameters:
  ///   - macros: those that the condition and its macros name, by index.
  ///   - limit: operations at most, with a macro's name counted as one.
  /// - Returns: nil if there would be more.
  static func program(for condition: CheckedCondition, macros: MacroTable, limit: Int) -> Program? {
    var builder = ProgramBuilder()
    return builder.build(condition, macros, limit)
  }

  private mutating func build(_ condition: CheckedCondition, _ macros: MacroTable, _ limit: Int) -> Program? {
    var tasks: [Task] = [.node(condition.nodes.count - 1, macro: -1)]
    var steps = 0
    while let task = tasks.popLast() {
      // Macros that only name macros lay out nothing, so that steps are bounded as well.
      steps += 1
      guard operations.count + macroSpans.count < limit, steps < limit * 4 else { return nil }
      switch task {
      case .negate: operations.append(.not)
      case .jump(let onTrue, let label): operations.append(onTrue ? .jumpIfTrue(label) : .jumpIfFalse(label))
      case .label(let label): labels[label] = operations.count
      case .endOfMacro(let span): macroSpans[span].end = operations.count
      case .node(let index, let macro):
        let owner = macro < 0 ? condition : macros.entries[macro].condition
        guard let checked = owner, checked.nodes.indices.contains(index) else { return nil }
        switch checked.nodes[index] {
        case .constant(let value):
          constants[operations.count] = checked.texts[index]
          operations.append(.constant(value))
        case .absent(let field):
          absences[operations.count] = checked.texts[index] ?? field
          operations.append(.constant(false))
        case .predicate(let predicate, let isNegated):
          operations.append(.test(predicate))
          if isNegated { operations.append(.not) }
        case .macro(let named):
          tasks.append(.endOfMacro(macroSpans.count))
          macroSpans.append(.init(name: macros.entries[named].name, start: operations.count, end: operations.count))
          tasks.append(.node((macros.entries[named].condition?.nodes.count ?? 0) - 1, macro: named))
        case .not(let child):
          tasks.append(.negate)
          tasks.append(.node(child, macro: macro))
        case .and(let children): push(children, macro, onTrue: false, to: &tasks)
        case .or(let children): push(children, macro, onTrue: true, to: &tasks)
        }
      }
    }
    return Program(
      operations: operations.map(resolved), absences: absences, constants: constants, macroSpans: macroSpans)
  }

  private mutating func push(_ children: [Int], _ macro: Int, onTrue: Bool, to tasks: inout [Task]) {
    let label = labels.count
    labels.append(0)
    tasks.append(.label(label))
    for (position, child) in children.enumerated().reversed() {
      if position + 1 < children.count { tasks.append(.jump(onTrue: onTrue, label: label)) }
      tasks.append(.node(child, macro: macro))
    }
  }

  private func resolved(_ operation: Program.Operation) -> Program.Operation {
    switch operation {
    case .jumpIfTrue(let label): .jumpIfTrue(labels[label])
    case .jumpIfFalse(let label): .jumpIfFalse(labels[label])
    case .test, .constant, .not: operation
    }
  }
}

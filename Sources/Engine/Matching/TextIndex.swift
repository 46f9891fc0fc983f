import Events
import Rules

/// Gates that only open when one field's text is, begins with, ends with, contains or lies below one of several: the
/// text is asked for once.
struct TextIndex: BitwiseCopyable {
  /// By text, the gates, for each way to look.
  struct Constituents {
    var literals: [NecessaryLiteral.Place: [[UInt8]: [Int32]]] = [:]
    var paths: [[UInt8]: [Int32]] = [:]
  }

  private let field: Field
  private let key: UnsafeRawBufferPointer
  private let asksAncestors: Bool
  private let isList: Bool
  /// Of an ancestor; nil: any.
  private let index: Int?
  private let whole: LiteralTable?
  private let start: LiteralTable?
  private let end: LiteralTable?
  private let inside: UnsafeBufferPointer<GramTable>
  private let paths: PathTable?

  init(_ reference: FieldReference, _ all: Constituents, _ constants: Constants) {
    field = reference.field
    if case .ancestors = field.description.cardinality { asksAncestors = true } else { asksAncestors = false }
    isList = field.description.cardinality == .list
    switch reference.argument {
    case .none: (key, index) = (UnsafeRawBufferPointer(start: nil, count: 0), nil)
    case .index(let number): (key, index) = (UnsafeRawBufferPointer(start: nil, count: 0), number)
    case .key(let bytes): (key, index) = (constants.keep(bytes), nil)
    }
    whole = all.literals[.whole].map { LiteralTable(.whole, $0, constants) }
    start = all.literals[.start].map { LiteralTable(.start, $0, constants) }
    end = all.literals[.end].map { LiteralTable(.end, $0, constants) }
    let inner = all.literals[.inside] ?? [:]
    inside = constants.keep(
      [(4, 4...Int.max), (2, 2...3), (1, 1...1)].compactMap { width, lengths in
        let fitting = inner.filter { lengths.contains($0.key.count) }
        return fitting.isEmpty ? nil : GramTable(width: width, fitting, constants)
      })
    paths = all.paths.isEmpty ? nil : PathTable(all.paths, constants)
  }

  /// Opens the gates that the event's text, any of its texts, or that of any ancestor, leaves possible.
  func open(_ state: borrowing State, _ gates: RuleGates) {
    if isList {
      _ = state.anyText(field) { text in
        text.withUnsafeBytes { open($0, gates) }
        return false
      }
      return
    }
    guard asksAncestors else { return open(state, of: state.event.slot, gates) }
    if let index {
      let slot = state.ancestor(index)
      if slot >= 0 { open(state, of: slot, gates) }
      return
    }
    var slot = state.ancestor(1)
    while slot >= 0 {
      open(state, of: slot, gates)
      slot = state.tree.parent(of: slot)
    }
  }

  private func open(_ state: borrowing State, of slot: Int32, _ gates: RuleGates) {
    _ = state.withText(field, key: key, of: slot) { text in text.withUnsafeBytes { open($0, gates) } }
  }

  private func open(_ text: UnsafeRawBufferPointer, _ gates: RuleGates) {
    whole?.open(whole: text, gates)
    start?.open(start: text, gates)
    end?.open(end: text, gates)
    for table in inside { table.open(text, gates) }
    paths?.open(text, gates)
  }
}

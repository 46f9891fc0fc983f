import Events
import Rules

/// Rules that can only hold when one field's text is, begins with, ends with, contains or lies below one of several: the
/// text is asked for once.
struct TextIndex: BitwiseCopyable {
  /// By text, the places of the rules, for each way to look.
  struct Constituents {
    var literals: [NecessaryLiteral.Place: [[UInt8]: [Int32]]] = [:]
    var paths: [[UInt8]: [Int32]] = [:]
  }

  private let field: Field
  private let key: UnsafeRawBufferPointer
  private let asksAncestors: Bool
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

  /// Marks the rules that the event's text, or that of any ancestor, leaves possible.
  func mark(_ state: borrowing State, in bits: RuleBits) {
    guard asksAncestors else { return mark(state, of: state.event.slot, in: bits) }
    if let index {
      let slot = state.ancestor(index)
      if slot >= 0 { mark(state, of: slot, in: bits) }
      return
    }
    var slot = state.ancestor(1)
    while slot >= 0 {
      mark(state, of: slot, in: bits)
      slot = state.tree.parent(of: slot)
    }
  }

  private func mark(_ state: borrowing State, of slot: Int32, in bits: RuleBits) {
    _ = state.withText(field, key: key, of: slot) { text in text.withUnsafeBytes { mark($0, in: bits) } }
  }

  private func mark(_ text: UnsafeRawBufferPointer, in bits: RuleBits) {
    whole?.mark(whole: text, in: bits)
    start?.mark(start: text, in: bits)
    end?.mark(end: text, in: bits)
    for table in inside { table.mark(text, in: bits) }
    paths?.mark(text, in: bits)
  }
}

import Events
import Rules

/// An expression, ready to be worked out on the event at hand.
struct CompiledExpression: BitwiseCopyable {
  private enum Node: BitwiseCopyable {
    case field(Field, key: UnsafeRawBufferPointer)
    /// - Parameter index: -1: the ancestor that is being tried.
    case ancestor(Field, index: Int)
    case constant(UnsafeRawBufferPointer)
    // Of one node each.
    case lower(UnsafeBufferPointer<Node>)
    case upper(UnsafeBufferPointer<Node>)
    case decoded(UnsafeBufferPointer<Node>)
    case basename(UnsafeBufferPointer<Node>)
    case length(UnsafeBufferPointer<Node>)
    case joined(UnsafeBufferPointer<Node>, separator: UnsafeRawBufferPointer)
    // Arguments, each with a NUL behind it.
    /// - Parameter index: as of `ancestor`.
    case commandLine(Field, index: Int)
    case words(UnsafeBufferPointer<Node>)
    case list(UnsafeBufferPointer<Node>)
    /// Of arguments. nil: all of their options, a list.
    case options(UnsafeBufferPointer<Node>, UnsafeBufferPointer<OptionLetters>, selected: UInt8?)
  }

  private let root: Node
  let scratch: Scratch

  init(_ expression: Expression, _ constants: Constants) {
    root = Self.node(expression, constants)
    scratch = constants.keepScratch()
  }

  private static func node(_ expression: Expression, _ constants: Constants) -> Node {
    func kept(_ inner: Expression) -> UnsafeBufferPointer<Node> { constants.keep([node(inner, constants)]) }
    switch expression {
    case .field(let reference):
      if case .ancestors = reference.field.description.cardinality {
        return .ancestor(reference.field, index: index(of: reference))
      }
      if case .key(let key) = reference.argument { return .field(reference.field, key: constants.keep(key)) }
      return .field(reference.field, key: UnsafeRawBufferPointer(start: nil, count: 0))
    case .constant(let bytes): return .constant(constants.keep(bytes))
    case .lower(let inner): return .lower(kept(inner))
    case .upper(let inner): return .upper(kept(inner))
    case .decoded(let inner): return .decoded(kept(inner))
    case .basename(let inner): return .basename(kept(inner))
    case .length(let inner): return .length(kept(inner))
    case .joined(let parts, let separator):
      return .joined(constants.keep(parts.map { node($0, constants) }), separator: constants.keep(separator))
    case .options(let search):
      let arguments: Node =
        switch search.source {
        // Only an ancestor's is asked of the one that is being tried.
        case .commandLine(let field):
          .commandLine(field.field, index: field.field.description.cardinality == .ancestors ? index(of: field) : 0)
        case .words(let text): .words(kept(text))
        case .list(let parts): .list(constants.keep(parts.map { node($0, constants) }))
        }
      return .options(constants.keep([arguments]), constants.keep([OptionLetters(search.letters)]), selected: search.selected)
    }
  }

  private static func index(of field: FieldReference) -> Int { if case .index(let index) = field.argument { index } else { -1 } }

  /// Lends its text. nil: absent.
  ///
  /// - Parameters:
  ///   - slot: the ancestor that is being tried.
  ///   - level: of the scratch memory, from which on it is used.
  func withText(_ state: borrowing State, of slot: Int32, level: Int = 0, _ body: (RawSpan) -> Bool) -> Bool? {
    guard write(root, state, slot, level) else { return nil }
    return body(UnsafeRawBufferPointer(scratch.bytes(level)).bytes)
  }

  /// Tries the options among its arguments, if it is a list of them. False if these are absent.
  func holds(_ test: OptionsTest, _ state: borrowing State, of slot: Int32) -> Bool {
    guard case .options(let arguments, let letters, selected: nil) = root, write(arguments[0], state, slot, 0) else { return false }
    return test.holds(OptionWalk(UnsafeRawBufferPointer(scratch.bytes(0)), letters[0]))
  }

  /// Its texts, if it is a list. nil: absent.
  func texts(_ state: borrowing State, of slot: Int32) -> [[UInt8]]? {
    guard case .options(let arguments, let letters, selected: nil) = root, write(arguments[0], state, slot, 0) else { return nil }
    var texts: [[UInt8]] = []
    var walk = OptionWalk(UnsafeRawBufferPointer(scratch.bytes(0)), letters[0])
    while let found = walk.found() {
      texts.append(Array(found.name))
      if let argument = found.argument { texts.append(Array(argument)) }
    }
    return texts.isEmpty ? nil : texts
  }

  /// Its number. nil: absent.
  func integer(_ state: borrowing State, of slot: Int32, level: Int = 0) -> Int64? {
    switch root {
    case .length(let inner): write(inner[0], state, slot, level) ? Int64(scratch.bytes(level).count) : nil
    case .field(let field, _): state.integer(field, of: state.event.slot)
    case .ancestor(let field, let index): Self.slot(index, state, slot).flatMap { state.integer(field, of: $0) }
    default: nil
    }
  }

  private static func slot(_ index: Int, _ state: borrowing State, _ tried: Int32) -> Int32? {
    let slot = index < 0 ? tried : state.ancestor(index)
    return slot < 0 ? nil : slot
  }

  /// Writes a node's text to a level of the scratch memory, using those above for its parts.
  /// - Returns: false: it is absent.
  private func write(_ node: Node, _ state: borrowing State, _ slot: Int32, _ level: Int) -> Bool {
    scratch.clear(level)
    switch node {
    case .field(let field, let key):
      return state.withText(field, key: key, of: state.event.slot) { scratch.append($0, to: level) } ?? false
    case .ancestor(let field, let index):
      guard let slot = Self.slot(index, state, slot) else { return false }
      let none = UnsafeRawBufferPointer(start: nil, count: 0)
      return state.withText(field, key: none, of: slot) { scratch.append($0, to: level) } ?? false
    case .constant(let bytes): return scratch.append(bytes.bytes, to: level)
    case .lower(let inner):
      guard write(inner[0], state, slot, level) else { return false }
      let bytes = scratch.bytes(level)
      for index in bytes.indices where (0x41...0x5A).contains(bytes[index]) { bytes[index] |= 0x20 }
      return true
    case .upper(let inner):
      guard write(inner[0], state, slot, level) else { return false }
      let bytes = scratch.bytes(level)
      for index in bytes.indices where (0x61...0x7A).contains(bytes[index]) { bytes[index] &= 0xDF }
      return true
    case .decoded(let inner):
      guard write(inner[0], state, slot, level), let count = Base64.decode(scratch.bytes(level)) else { return false }
      scratch.truncate(level, to: count)
      return true
    case .basename(let inner):
      guard write(inner[0], state, slot, level) else { return false }
      let bytes = UnsafeRawBufferPointer(scratch.bytes(level))
      if let slash = bytes.lastIndex(of: UInt8(ascii: "/")) { scratch.keep(level, only: UnsafeRawBufferPointer(rebasing: bytes[(slash + 1)...])) }
      return true
    case .joined(let parts, let separator):
      for (index, part) in parts.enumerated() {
        if index > 0, !scratch.append(separator.bytes, to: level) { return false }
        guard write(part, state, slot, level + 1) else { return false }
        guard scratch.append(UnsafeRawBufferPointer(scratch.bytes(level + 1)).bytes, to: level) else { return false }
      }
      return true
    case .commandLine(let field, let index):
      guard let slot = Self.slot(index, state, slot) else { return false }
      return state.withArguments(field, of: slot) { scratch.append($0, to: level) } ?? false
    case .words(let text):
      guard write(text[0], state, slot, level) else { return false }
      scratch.split(level)
      return true
    case .list(let parts):
      for part in parts {
        guard write(part, state, slot, level + 1) else { return false }
        guard scratch.append(UnsafeRawBufferPointer(scratch.bytes(level + 1)).bytes, to: level) else { return false }
        guard scratch.append(byte: 0, to: level) else { return false }
      }
      return true
    case .options(let arguments, let letters, let selected):
      guard let selected, write(arguments[0], state, slot, level),
        let value = OptionWalk.last(selected, in: UnsafeRawBufferPointer(scratch.bytes(level)), letters[0])
      else { return false }
      scratch.keep(level, only: value)
      return true
    case .length: return false
    }
  }
}

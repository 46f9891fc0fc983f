import Events
import Rules

extension State {
  /// A field's value as alerts show it; nil: absent.
  ///
  /// - Parameter limit: bytes of a text; a longer one is cut.
  func value(_ reference: FieldReference, limit: Int) -> AlertField.Value? {
    let description = reference.field.description
    var key: [UInt8] = []
    var slot = event.slot
    switch reference.argument {
    case .none: if case .ancestors = description.cardinality { slot = ancestor(1) }
    case .index(let index): slot = ancestor(index)
    case .key(let bytes): key = bytes
    }
    switch description.type {
    case .string where description.cardinality == .list: return list(reference.field, limit: limit)
    case .string:
      return key.withUnsafeBytes {
        withText(reference.field, key: $0, of: slot) { .text(EscapedText.escaped($0, limit: limit)) }
      }
    case .integer: return integer(reference.field, of: slot).map { .integer($0) }
    case .boolean: return boolean(reference.field).map { .boolean($0) }
    case .address:
      let ends = ends(reference.field)
      return (ends.0 ?? ends.1).map { .text(Self.text($0)) }
    case .port:
      guard description.cardinality == .ends else { return integer(reference.field, of: slot).map { .integer($0) } }
      let ends = ends(reference.field)
      return (Self.port(ends.0) ?? Self.port(ends.1)).map { .integer($0) }
    }
  }

  /// What a function of fields comes to, as alerts show it, a list in parentheses; nil: absent. Takes memory.
  ///
  /// - Parameter limit: bytes of a text; a longer one is cut.
  func value(_ function: Expression, limit: Int) -> AlertField.Value? {
    let constants = Constants()
    return withExtendedLifetime(constants) {
      let compiled = CompiledExpression(function, constants)
      // As of a field: of any ancestor the nearest.
      let slot = ancestor(1)
      if function.isNumber { return compiled.integer(self, of: slot).map { .integer($0) } }
      if function.isList {
        guard let texts = compiled.texts(self, of: slot) else { return nil }
        return .text(EscapedText.escaped(Array("(".utf8) + texts.joined(separator: ",".utf8) + Array(")".utf8), limit: limit))
      }
      var value: AlertField.Value?
      _ = compiled.withText(self, of: slot) { text in
        value = .text(EscapedText.escaped(text, limit: limit))
        return true
      }
      return value
    }
  }

  /// Of a field with several texts, in parentheses.
  private func list(_ field: Field, limit: Int) -> AlertField.Value? {
    var joined = Array("(".utf8)
    var isEmpty = true
    _ = anyText(field) { text in
      if !isEmpty { joined.append(UInt8(ascii: ",")) }
      isEmpty = false
      text.withUnsafeBytes { joined.append(contentsOf: $0) }
      return joined.count > limit
    }
    if isEmpty { return nil }
    return .text(EscapedText.escaped(joined + Array(")".utf8), limit: limit))
  }

  static func text(_ address: SocketAddress) -> String {
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { memory in
      var writer = ByteWriter(memory)
      address.writeAddress(to: &writer)
      return String(decoding: writer.written, as: UTF8.self)
    }
  }
}

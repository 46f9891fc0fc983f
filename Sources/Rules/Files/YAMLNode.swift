/// A piece of a YAML file, with its place in the bytes.
package struct YAMLNode: Sendable {
  package enum Content: Sendable {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    case mapping([(key: YAMLNode, value: YAMLNode)])
  }

  package let content: Content
  /// Byte offset in the file.
  package let start: Int

  /// nil: a list or a mapping.
  package var scalar: YAMLScalar? {
    guard case .scalar(let scalar) = content else { return nil }
    return scalar
  }

  /// For messages.
  package var kind: String {
    switch content {
    case .scalar(let scalar): scalar.isNull ? "nothing" : "a text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

/// A single value, as text: what it means is for the reader of its key to say.
package struct YAMLScalar: Sendable {
  package enum Style: Sendable { case plain, singleQuoted, doubleQuoted, block }

  /// Quotes, escapes and folding resolved.
  package let text: String
  package let style: Style
  /// Byte offsets in the file: of its first character or indicator, and after its last.
  package let start: Int
  package let end: Int

  /// Nothing stands there, or YAML's word for it.
  package var isNull: Bool { style == .plain && ["", "~", "null", "Null", "NULL"].contains(text) }

  /// nil: not a truth value.
  package var boolean: Bool? {
    guard style == .plain else { return nil }
    return switch text.lowercased() {
    case "true", "yes", "on", "y": true
    case "false", "no", "off", "n": false
    default: nil
    }
  }
}

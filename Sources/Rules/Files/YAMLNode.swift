/// A piece of a YAML file, with its place in the bytes.
struct YAMLNode: Sendable {
  enum Content: Sendable {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    case mapping([(key: YAMLNode, value: YAMLNode)])
  }

  let content: Content
  /// Byte offset in the file.
  let start: Int

  var scalar: YAMLScalar? {
    guard case .scalar(let scalar) = content else { return nil }
    return scalar
  }

  /// For messages.
  var kind: String {
    switch content {
    case .scalar(let scalar): scalar.isNull ? "nothing" : "a text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

struct YAMLScalar: Sendable {
  enum Style: Sendable { case plain, singleQuoted, doubleQuoted, block }

  let text: String
  let style: Style
  /// Byte offsets in the file: of its first character or indicator, and after its last.
  let start: Int
  let end: Int

  var isNull: Bool { style == .plain && ["", "~", "null", "Null", "NULL"].contains(text) }

  /// nil: not a truth value.
  var boolean: Bool? {
    guard style == .plain else { return nil }
    return switch text.lowercased() {
    case "true", "yes", "on", "y": true
    case "false", "no", "off", "n": false
    default: nil
    }
  }
}

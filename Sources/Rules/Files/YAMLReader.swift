internal import CYaml
internal import Events

/// Reads YAML with libyaml, event by event: places come with both ends, and depth, size and aliases are checked before
/// anything is built of them. Untrusted text ends in nodes or a failure, in bounded time and memory.
package struct YAMLReader {
  /// Why a file is no YAML that we read, and where.
  package struct Failure: Error {
    /// In bytes.
    package let offset: Int
    /// One line, as in `Diagnostic`.
    package let message: String
    package var hint: String?
  }

  private struct Open {
    let start: Int
    let isMapping: Bool
    var children: [YAMLNode] = []
  }

  private let file: SourceFile
  private let limits: LoadLimits
  private var open: [Open] = []
  private var documents: [YAMLNode] = []
  private var nodes = 0

  private init(_ file: SourceFile, _ limits: LoadLimits) {
    self.file = file
    self.limits = limits
  }

  /// The root of each document of the file; none if it is empty. Anchors and aliases are refused.
  package static func read(_ file: SourceFile, limits: LoadLimits) throws(Failure) -> [YAMLNode] {
    var reader = YAMLReader(file, limits)
    try reader.checkDirectives()
    let outcome: Result<Void, Failure> = file.bytes.withUnsafeBufferPointer { buffer in
      var parser = yaml_parser_t()
      guard yaml_parser_initialize(&parser) == 1 else { return .failure(Failure(offset: 0, message: "out of memory")) }
      defer { yaml_parser_delete(&parser) }
      yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      do throws(Failure) {
        while try reader.readEvent(&parser) {}
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try outcome.get()
    return reader.documents
  }

  /// libyaml compares each `%TAG` with all before it, so that a file of nothing else would keep it busy for minutes.
  private func checkDirectives() throws(Failure) {
    var directives = 0
    var isLineStart = true
    for (offset, byte) in file.bytes.enumerated() {
      if isLineStart, byte == UInt8(ascii: "%") {
        directives += 1
        guard directives <= Self.maximumDirectives else {
          throw Failure(offset: offset, message: "more than \(Self.maximumDirectives) lines start with a '%'")
        }
      }
      isLineStart = byte == 0x0A || byte == 0x0D
    }
  }

  private static let maximumDirectives = 1_000

  /// - Returns: false at the end of the stream.
  private mutating func readEvent(_ parser: inout yaml_parser_t) throws(Failure) -> Bool {
    var event = yaml_event_t()
    guard yaml_parser_parse(&parser, &event) == 1 else { throw failure(of: parser) }
    defer { yaml_event_delete(&event) }
    let start = file.offset(ofCharacter: Int(clamping: event.start_mark.index))
    switch event.type {
    case YAML_STREAM_END_EVENT: return false
    case YAML_ALIAS_EVENT: throw aliasFailure(at: start)
    case YAML_SCALAR_EVENT:
      guard event.data.scalar.anchor == nil else { throw aliasFailure(at: start) }
      try add(YAMLNode(content: .scalar(scalar(of: event, start: start)), start: start))
    case YAML_SEQUENCE_START_EVENT:
      guard event.data.sequence_start.anchor == nil else { throw aliasFailure(at: start) }
      try begin(Open(start: start, isMapping: false))
    case YAML_MAPPING_START_EVENT:
      guard event.data.mapping_start.anchor == nil else { throw aliasFailure(at: start) }
      try begin(Open(start: start, isMapping: true))
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: try end()
    default: break
    }
    return true
  }

  private mutating func begin(_ collection: Open) throws(Failure) {
    guard open.count < limits.nesting else {
      throw tooDeep(at: collection.start)
    }
    open.append(collection)
  }

  private mutating func end() throws(Failure) {
    guard let collection = open.popLast() else { return }
    guard collection.isMapping else {
      return try add(YAMLNode(content: .sequence(collection.children), start: collection.start))
    }
    var pairs: [(key: YAMLNode, value: YAMLNode)] = []
    pairs.reserveCapacity(collection.children.count / 2)
    for index in stride(from: 0, to: collection.children.count - 1, by: 2) {
      pairs.append((collection.children[index], collection.children[index + 1]))
    }
    try add(YAMLNode(content: .mapping(pairs), start: collection.start))
  }

  private mutating func add(_ node: YAMLNode) throws(Failure) {
    nodes += 1
    guard nodes <= limits.nodes else {
      throw Failure(offset: node.start, message: "the file has more than \(limits.nodes) parts", hint: "split it")
    }
    if open.isEmpty { documents.append(node) } else { open[open.count - 1].children.append(node) }
  }

  private func scalar(of event: yaml_event_t, start: Int) -> YAMLScalar {
    let value = UnsafeBufferPointer(start: event.data.scalar.value, count: event.data.scalar.length)
    let style: YAMLScalar.Style =
      switch event.data.scalar.style {
      case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
      case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
      case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
      default: .plain
      }
    return YAMLScalar(
      text: String(decoding: value, as: UTF8.self), style: style, start: start,
      end: file.offset(ofCharacter: Int(clamping: event.end_mark.index)))
  }

  private func aliasFailure(at offset: Int) -> Failure {
    Failure(offset: offset, message: "YAML anchors and aliases are not supported", hint: "use a list or a macro, or quote the text")
  }

  private func tooDeep(at offset: Int) -> Failure {
    Failure(offset: offset, message: "nested deeper than \(limits.nesting)")
  }

  private func failure(of parser: yaml_parser_t) -> Failure {
    let problem = parser.problem.map { String(cString: $0) } ?? "no YAML"
    let context = parser.context.map { String(cString: $0) + ": " } ?? ""
    // Errors of the character reader come with a byte offset instead of a mark.
    let offset =
      parser.error == YAML_READER_ERROR
      ? Int(clamping: parser.problem_offset) : file.offset(ofCharacter: Int(clamping: parser.problem_mark.index))
    // libyaml looks ahead, so that its own limit of 1,000 may come before ours.
    if problem.hasPrefix("Maximum nesting level") { return tooDeep(at: offset) }
    return Failure(
      offset: offset, message: DisplayText.escaped(context + problem, limit: 200), hint: beginning(of: parser, before: offset))
  }

  /// Where what isn't complete begins, if that is on an earlier line.
  private func beginning(of parser: yaml_parser_t, before offset: Int) -> String? {
    guard parser.context != nil else { return nil }
    let start = file.location(at: file.offset(ofCharacter: Int(clamping: parser.context_mark.index)))
    return start.line < file.location(at: offset).line ? "it starts at \(start.line):\(start.column)" : nil
  }
}

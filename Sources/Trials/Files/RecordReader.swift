import Events
import Rules

/// Reads the `records` of a test: mappings with the keys that lines of JSON have. They become such lines, and are read as
/// those are.
struct RecordReader {
  private let file: SourceFile
  private var bytes: [UInt8] = []
  /// Of each line, where its keys and values stand in it and in the file.
  private var places: [[(inLine: Int, inFile: Int)]] = []
  private var lineStart = 0

  /// - Returns: the lines; nil if something is wrong with them, said in the log.
  static func read(_ test: ItemFields, log: inout DiagnosticLog) -> [UInt8]? {
    guard let records = test["records"] else { return nil }
    guard case .sequence(let nodes) = records.content, !nodes.isEmpty else {
      log.error(
        test.valueLocation(of: "records"), "'records' is a list of records, found \(records.kind)",
        hint: "as `- {kind: exec, args: [sh, -c, id]}`")
      return nil
    }
    var reader = RecordReader(file: test.file)
    for node in nodes {
      guard case .mapping = node.content else {
        log.error(
          test.file.location(at: node.start), "a record has keys with their values, found \(node.kind)",
          hint: "as {kind: exec, args: [sh]}")
        return nil
      }
      reader.add(node)
    }
    let errors = log.errors
    reader.check(&log)
    return log.errors == errors ? reader.bytes : nil
  }

  private init(file: SourceFile) { self.file = file }

  private mutating func add(_ node: YAMLNode) {
    lineStart = bytes.count
    places.append([(0, node.start)])
    append(node)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// - Parameter isText: a number is meant as text as well, as in a list of arguments.
  private mutating func append(_ node: YAMLNode, isText: Bool = false) {
    places[places.count - 1].append((bytes.count - lineStart, node.start))
    switch node.content {
    case .scalar(let scalar):
      if scalar.isNull {
        bytes += Array("null".utf8)
      } else if scalar.style == .plain, !isText, let number = Self.number(scalar.text) {
        bytes += Array(number.utf8)
      } else {
        JSONString.append(scalar.text.utf8, to: &bytes)
      }
    case .sequence(let nodes):
      bytes.append(UInt8(ascii: "["))
      for (index, node) in nodes.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        append(node, isText: true)
      }
      bytes.append(UInt8(ascii: "]"))
    case .mapping(let pairs):
      bytes.append(UInt8(ascii: "{"))
      for (index, (key, value)) in pairs.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        append(key, isText: true)
        bytes.append(UInt8(ascii: ":"))
        append(value)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// As JSON writes it; also of a hexadecimal one.
  private static func number(_ text: String) -> String? {
    if let number = Int64(text) { return String(number) }
    if let number = UInt64(text) { return String(number) }
    return text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16).map { String($0) } : nil
  }

  private func check(_ log: inout DiagnosticLog) {
    do throws(TraceError) {
      var reader = try TraceReader(bytes: bytes, name: file.name)
      var isEnded = false
      while !isEnded {
        do throws(TraceError) {
          isEnded = try reader.next() == nil
        } catch {
          report(error, &log)
        }
      }
    } catch {
      report(error, &log)
    }
  }

  private func report(_ error: TraceError, _ log: inout DiagnosticLog) {
    guard case .line(let line, let column, let text) = error.reason, places.indices.contains(line - 1) else {
      return log.error(file.location(at: places.first?.first?.inFile ?? 0), "\(error.reason)")
    }
    let offset = offset(ofColumn: column, line: line)
    let place = places[line - 1].last { $0.inLine <= offset } ?? (0, 0)
    log.error(file.location(at: place.inFile), text)
  }

  /// Bytes before a column of a line, both from 1.
  private func offset(ofColumn column: Int, line: Int) -> Int {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.indices.contains(line - 1) else { return 0 }
    var characters = 0
    for (offset, byte) in lines[line - 1].enumerated() where byte & 0xC0 != 0x80 {
      characters += 1
      if characters == column { return offset }
    }
    return lines[line - 1].count
  }
}

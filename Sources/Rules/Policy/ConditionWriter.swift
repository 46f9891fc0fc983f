/// Writes a condition's tree as a condition, which reads back as the same one.
enum ConditionWriter {
  /// Characters up to which a group stays on one line.
  private static let width = 100

  /// - Parameter predicate: a predicate's text, by its index.
  static func text(_ tree: ConditionTree, predicate: (Int) -> String) -> String {
    // Children first, so that a parent only joins what is there. Lines are put together at the end, each once.
    var parts: [[Line]] = []
    parts.reserveCapacity(tree.nodes.count)
    let belonging = Set(tree.outline.lazy.map(\.node))
    for (place, node) in tree.nodes.enumerated() {
      guard belonging.contains(place) else {
        parts.append([])
        continue
      }
      switch node {
      case .predicate(let index): parts.append([Line(predicate(index))])
      case .absent(let comparison): parts.append([Line(comparison)])
      // What is true of every event, or of none, in words that the language has.
      case .constant(let value):
        parts.append([Line(tree.texts[place] ?? (value ? "evt.num exists" : "not evt.num exists"))])
      case .not(let child): parts.append(prefixed("not ", grouped(tree.nodes[child], parts[child])))
      case .and(let children): parts.append(joined(children.map { grouped(tree.nodes[$0], parts[$0]) }, "and"))
      case .or(let children): parts.append(joined(children.map { grouped(tree.nodes[$0], parts[$0]) }, "or"))
      }
      release(node, &parts)
    }
    return (parts.last ?? []).map { String(repeating: " ", count: $0.indent) + $0.text }.joined(separator: "\n")
  }

  private struct Line {
    var text: String
    var indent = 0

    init(_ text: String, indent: Int = 0) {
      self.text = text
      self.indent = indent
    }
  }

  /// Children that were used are not needed again: each node has one parent.
  private static func release(_ node: ConditionTree.Node, _ parts: inout [[Line]]) {
    switch node {
    case .predicate, .constant, .absent: break
    case .not(let child): parts[child] = []
    case .and(let children), .or(let children): for child in children { parts[child] = [] }
    }
  }

  private static func prefixed(_ word: String, _ lines: [Line]) -> [Line] {
    var lines = lines
    lines[0].text = word + lines[0].text
    return lines
  }

  private static func grouped(_ node: ConditionTree.Node, _ lines: [Line]) -> [Line] {
    switch node {
    case .and, .or: break
    default: return lines
    }
    if lines.count == 1 { return [Line("(\(lines[0].text))", indent: lines[0].indent)] }
    return [Line("(")] + lines.map { Line($0.text, indent: min($0.indent + 2, 40)) } + [Line(")")]
  }

  private static func joined(_ children: [[Line]], _ word: String) -> [Line] {
    let separators = (children.count - 1) * (word.utf8.count + 2)
    let length = children.reduce(separators) { $0 + ($1.first?.text.utf8.count ?? 0) }
    if length <= width, children.allSatisfy({ $0.count == 1 }) {
      return [Line(children.map { $0[0].text }.joined(separator: " \(word) "))]
    }
    return Array(children.enumerated().map { $0 == 0 ? $1 : prefixed("\(word) ", $1) }.joined())
  }
}

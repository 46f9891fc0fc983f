/// One tenant's alerts, oldest first.
struct LineQueue {
  private var lines: [AlertLine] = []
  private var first = 0
  private(set) var bytes = 0

  var count: Int { lines.count - first }
  var all: ArraySlice<AlertLine> { lines[first...] }

  mutating func append(_ line: AlertLine) {
    lines.append(line)
    bytes += line.size
  }

  mutating func removeFirst() -> AlertLine? {
    guard count > 0 else { return nil }
    let line = lines[first]
    bytes -= line.size
    first += 1
    // Now and then, so that each costs no more than its own place; until then the gone ones take memory.
    if first * 2 > lines.count {
      lines.removeFirst(first)
      first = 0
    }
    return line
  }

  /// Those with a greater number.
  func lines(after number: UInt64) -> ArraySlice<AlertLine> {
    var low = first
    var high = lines.count
    while low < high {
      let middle = (low + high) / 2
      if lines[middle].number <= number { low = middle + 1 } else { high = middle }
    }
    return lines[low...]
  }
}

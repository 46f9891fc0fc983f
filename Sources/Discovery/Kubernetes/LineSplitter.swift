/// Lines out of bytes that come in pieces; what is kept of an unfinished one is bounded.
struct LineSplitter {
  let limitBytes: Int
  private var rest: [UInt8] = []

  init(limitBytes: Int) { self.limitBytes = limitBytes }

  /// - Parameter body: called with each whole line, without its end; empty ones are passed over.
  /// - Throws: ``ClusterError/malformed(_:)``: a line is too long.
  mutating func append(
    _ bytes: some Collection<UInt8>, _ body: (ArraySlice<UInt8>) throws(ClusterError) -> Void
  ) throws(ClusterError) {
    var start = 0
    let searched = rest.count
    rest += bytes
    var at = searched
    while at < rest.count {
      if rest[at] == UInt8(ascii: "\n") {
        if at > start { try body(rest[start..<at]) }
        start = at + 1
      }
      at += 1
    }
    if start > 0 { rest.removeFirst(start) }
    guard rest.count <= limitBytes else { throw .malformed("a line is longer than \(limitBytes) bytes") }
  }

  /// Nothing of a line is left over.
  var isEmpty: Bool { rest.isEmpty }
}

/// Gates by paths that a field's text has to be or to lie below; repeated slashes don't count.
struct PathTable: BitwiseCopyable {
  private let gates: HashedGates

  init(_ paths: [[UInt8]: [Int32]], _ constants: Constants) {
    var byHash: [UInt64: [Int32]] = [:]
    for (path, ids) in paths {
      var last: UInt64?
      path.withUnsafeBytes { Self.walk($0) { last = $0 } }
      if let last { byHash[last, default: []] += ids }
    }
    gates = HashedGates(byHash, constants)
  }

  func open(_ text: UnsafeRawBufferPointer, _ gates: RuleGates) { Self.walk(text) { self.gates.open($0, gates) } }

  /// Gives the hash of each leading run of components.
  private static func walk(_ text: UnsafeRawBufferPointer, _ body: (UInt64) -> Void) {
    let slash = UInt8(ascii: "/")
    var hash = FoldedBytes.hash(FoldedBytes.basis, text.first == slash ? 1 : 0)
    var next = 0
    while true {
      while next < text.count, text[next] == slash { next += 1 }
      let start = next
      while next < text.count, text[next] != slash { next += 1 }
      guard start < next else { return }
      hash = FoldedBytes.hash(hash, FoldedBytes.hash(UnsafeRawBufferPointer(rebasing: text[start..<next])))
      body(hash)
    }
  }
}

import Events

/// The mounts of a mount namespace.
struct MountTable {
  enum Part: Int { case source, target, fileSystem, options }

  var namespace: UInt32 = 0
  /// The node's own.
  var isNode = false
  /// A record told it; else only processes in it were seen.
  var isTold = false
  /// There may be mounts that are not in it.
  var isCut = false
  /// The first of the workloads in which it was seen, a list.
  var firstSighting: Int32 = -1
  /// Source, target, file system and options of each, each with its NUL.
  private(set) var bytes: [UInt8] = []

  mutating func reset(namespace: UInt32) {
    self.namespace = namespace
    isNode = false
    isTold = false
    isCut = false
    firstSighting = -1
    clear()
  }

  mutating func clear() { bytes.removeAll(keepingCapacity: bytes.capacity <= 4096) }

  /// Adds the entries of a record.
  ///
  /// - Parameter room: bytes that may be added.
  /// - Returns: entries for which there was no room.
  mutating func add(_ entries: RawSpan, room: Int) -> Int {
    var refused = 0
    entries.withUnsafeBytes { entries in
      var ends = 0
      var kept = 0
      for (index, byte) in entries.enumerated() where byte == 0 {
        ends += 1
        guard ends == 4 else { continue }
        if refused == 0, index + 1 <= room { kept = index + 1 } else { refused += 1 }
        ends = 0
      }
      bytes.append(contentsOf: entries[..<kept])
    }
    return refused
  }

  /// Gives that part of each mount until `body` returns true.
  ///
  /// - Returns: whether it did.
  func any(_ part: Part, _ body: (RawSpan) -> Bool) -> Bool {
    let all = bytes.span.bytes
    var start = 0
    var index = 0
    var number = 0
    while index < all.byteCount {
      if all.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self) == 0 {
        if number == part.rawValue, body(all.extracting(start..<index)) { return true }
        number = (number + 1) % 4
        start = index + 1
      }
      index += 1
    }
    return false
  }
}

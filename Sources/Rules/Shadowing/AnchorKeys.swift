internal import Events

/// Numbers for anchors, such that the anchors of what follows from a predicate can be found by the predicate's own: a
/// text's pieces have the numbers that they would have by themselves. Different anchors may share a number.
struct AnchorKeys {
  private var groups: [Anchor.Group: UInt64] = [:]
  /// Of texts and paths that are looked for, by group.
  private var lengths: [UInt64: Set<Int>] = [:]
  /// Of the factor.
  private var powers: [UInt64] = [1]

  /// Longer texts aren't looked into, and no longer one is looked for.
  private static let longest = 512
  /// Of texts that are looked for at a place of a field.
  private static let maximumLengths = 64
  private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15

  init() {
    for _ in 0..<Self.longest { powers.append((powers.last ?? 1) &* Self.factor) }
  }

  mutating func key(_ anchor: Anchor) -> UInt64 {
    let group = number(of: anchor.group)
    switch anchor {
    case .text(_, _, let bytes), .path(_, let bytes): return Self.mixed(group, sums(bytes).last ?? 0)
    case .integer(_, let number): return Self.mixed(group, UInt64(bitPattern: number))
    case .network(_, let network): return Self.key(group, network)
    }
  }

  /// Has the anchor looked for.
  /// - Returns: false if it can't be.
  mutating func lookFor(_ anchor: Anchor) -> Bool {
    switch anchor {
    case .integer, .network: return true
    case .text(_, _, let bytes), .path(_, let bytes):
      let group = number(of: anchor.group)
      if lengths[group]?.contains(bytes.count) == true { return true }
      guard bytes.count <= Self.longest, lengths[group]?.count ?? 0 < Self.maximumLengths else { return false }
      lengths[group, default: []].insert(bytes.count)
      return true
    }
  }

  /// Keys of all that may follow from what has the anchor.
  ///
  /// - Returns: how many were looked at.
  func visitImplied(by anchor: Anchor, _ visit: (UInt64) -> Void) -> Int {
    switch anchor {
    case .integer(_, let number):
      if let group = groups[anchor.group] { visit(Self.mixed(group, UInt64(bitPattern: number))) }
      return 1
    case .network(_, let network):
      guard let group = groups[anchor.group] else { return 1 }
      for length in 0...network.prefixLength {
        visit(Self.key(group, Network(family: network.family, high: network.high, low: network.low, prefixLength: length)))
      }
      return network.prefixLength + 1
    case .path(let field, let bytes): return visitStarts(of: sums(bytes), .path(field), visit)
    case .text(let field, let place, let bytes):
      guard bytes.count <= Self.longest else { return 1 }
      let sums = sums(bytes)
      var count = visitPieces(of: sums, .text(field, .inside), visit)
      if place == .whole || place == .start { count += visitStarts(of: sums, .text(field, .start), visit) }
      if place == .whole || place == .end { count += visitEnds(of: sums, .text(field, .end), visit) }
      if place == .whole {
        count += visitStarts(of: sums, .path(field), visit)
        if let group = groups[.text(field, .whole)] { visit(Self.mixed(group, sums.last ?? 0)) }
      }
      return count + 1
    }
  }

  private func visitStarts(of sums: [UInt64], _ group: Anchor.Group, _ visit: (UInt64) -> Void) -> Int {
    guard let group = groups[group], let lengths = lengths[group] else { return 1 }
    for length in lengths where length < sums.count { visit(Self.mixed(group, sums[length])) }
    return lengths.count
  }

  private func visitEnds(of sums: [UInt64], _ group: Anchor.Group, _ visit: (UInt64) -> Void) -> Int {
    guard let group = groups[group], let lengths = lengths[group] else { return 1 }
    for length in lengths where length < sums.count { visit(Self.mixed(group, sum(sums, sums.count - 1 - length, length))) }
    return lengths.count
  }

  private func visitPieces(of sums: [UInt64], _ group: Anchor.Group, _ visit: (UInt64) -> Void) -> Int {
    guard let group = groups[group], let lengths = lengths[group] else { return 1 }
    for length in lengths where length < sums.count {
      for start in 0..<sums.count - length { visit(Self.mixed(group, sum(sums, start, length))) }
    }
    return lengths.count * sums.count
  }

  private mutating func number(of group: Anchor.Group) -> UInt64 {
    if let number = groups[group] { return number }
    let number = UInt64(groups.count + 1)
    groups[group] = number
    return number
  }

  // MARK: - Sums

  /// Of the first bytes, by how many.
  private func sums(_ bytes: [UInt8]) -> [UInt64] {
    var sums: [UInt64] = [0]
    sums.reserveCapacity(bytes.count + 1)
    var sum: UInt64 = 0
    for byte in bytes {
      sum = sum &* Self.factor &+ UInt64(byte) &+ 1
      sums.append(sum)
    }
    return sums
  }

  private func sum(_ sums: [UInt64], _ start: Int, _ length: Int) -> UInt64 {
    sums[start + length] &- sums[start] &* powers[length]
  }

  private static func key(_ group: UInt64, _ network: Network) -> UInt64 {
    mixed(group, (network.high ^ network.low &* factor) &+ UInt64(network.prefixLength) &+ UInt64(network.family.rawValue) << 8)
  }

  private static func mixed(_ group: UInt64, _ sum: UInt64) -> UInt64 {
    let mixed = (sum ^ group &* 0xD6E8_FEB8_6659_FD93) &* factor
    return mixed ^ mixed >> 29
  }
}

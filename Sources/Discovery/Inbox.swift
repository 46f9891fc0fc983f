package import Events
internal import Synchronization

/// Where sources leave what they learned, for the thread that reads the ring. Any thread leaves; nobody waits for
/// anybody longer than it takes to move a few pointers.
package final class Inbox: Sendable {
  /// What one source says of a cgroup.
  package struct Facts: Sendable {
    package var cgroup: UInt64
    package var source: FactSource
    package var identity: Identity
    package var pairs: [(name: String, value: String)]
    package var isCut: Bool

    package init(
      cgroup: UInt64, source: FactSource, identity: Identity, pairs: [(name: String, value: String)],
      isCut: Bool = false
    ) {
      self.cgroup = cgroup
      self.source = source
      self.identity = identity
      self.pairs = pairs
      self.isCut = isCut
    }

    fileprivate var size: Int {
      pairs.reduce(128) { $0 + $1.name.utf8.count + $1.value.utf8.count + 64 }
    }
  }

  private struct Key: Hashable {
    let cgroup: UInt64
    let source: FactSource
  }

  private struct Contents {
    var facts: [Facts] = []
    var places: [Key: Int] = [:]
    var bytes = 0
  }

  private let contents = Mutex(Contents())
  private let hasFacts = Atomic<Bool>(false)
  private let limitBytes: Int
  private let bell: Bell?

  /// - Parameters:
  ///   - bell: rung when something lies here.
  ///   - limitBytes: about as much as may lie here.
  package init(bell: Bell?, limitBytes: Int = 16 << 20) {
    self.bell = bell
    self.limitBytes = limitBytes
  }

  /// Of a cgroup and a source only the last stays.
  ///
  /// - Returns: false: there is no room; try later.
  package func leave(_ facts: Facts) -> Bool {
    let key = Key(cgroup: facts.cgroup, source: facts.source)
    let size = facts.size
    let (fits, isFirst) = contents.withLock { contents in
      let isFirst = contents.facts.isEmpty
      if let place = contents.places[key] {
        contents.bytes += size - contents.facts[place].size
        contents.facts[place] = facts
        return (true, isFirst)
      }
      guard isFirst || contents.bytes + size <= limitBytes else { return (false, isFirst) }
      contents.places[key] = contents.facts.count
      contents.facts.append(facts)
      contents.bytes += size
      return (true, isFirst)
    }
    if isFirst {
      hasFacts.store(true, ordering: .releasing)
      bell?.ring()
    }
    return fits
  }

  /// What was left since, in the order of its coming. Costs a look at memory when there is nothing.
  package func take() -> [Facts] {
    guard hasFacts.exchange(false, ordering: .acquiring) else { return [] }
    bell?.silence()
    return contents.withLock { contents in
      defer { contents = Contents() }
      return contents.facts
    }
  }
}

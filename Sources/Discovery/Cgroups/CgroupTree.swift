internal import CEvents
package import Events

/// The cgroups that are there, as the stream tells them: what each one's path is, and which are workloads of which
/// somebody knows more. Bounded. The thread that reads the ring.
package struct CgroupTree {
  private struct Node {
    let parent: UInt64
    /// Of the root empty.
    let name: String
    let depth: Int
    /// It lies in a workload that has no others in it.
    let isInside: Bool
  }

  private var nodes: [UInt64: Node] = [:]
  private let limit: Int
  /// Cgroups that found no room.
  package private(set) var refused: UInt64 = 0

  package init(limit: Int = 1 << 19) { self.limit = limit }

  package var count: Int { nodes.count }

  /// One was made, or found.
  ///
  /// - Returns: what is to be asked about it; nil: nothing, or it was told before.
  package mutating func add(_ record: borrowing CgroupRecord) -> Inquiry? {
    let id = record.fixed.header.cgroup_id
    guard nodes[id] == nil else { return nil }
    guard nodes.count < limit else {
      refused &+= 1
      return nil
    }
    var name = ""
    if let bytes = record.name { name = bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
    guard record.fixed.parent_id != 0 else {
      nodes[id] = Node(parent: 0, name: name, depth: 0, isInside: false)
      return nil
    }
    // Without its parent its path can't be told.
    guard let parent = nodes[record.fixed.parent_id] else { return nil }
    let depth = parent.depth + 1
    guard !parent.isInside else {
      nodes[id] = Node(parent: record.fixed.parent_id, name: name, depth: depth, isInside: true)
      return nil
    }
    var names = [Substring(name)]
    var above = parent
    while above.depth > 0 {
      names.append(Substring(above.name))
      guard let next = nodes[above.parent] else { return nil }
      above = next
    }
    names.reverse()
    let workload = CgroupWorkload(names: names)
    nodes[id] = Node(
      parent: record.fixed.parent_id, name: name, depth: depth, isInside: workload?.isWhole == true)
    return workload.flatMap { workload in
      Inquiry(cgroup: id, path: "/" + names.joined(separator: "/"), depth: depth, workload: workload)
    }
  }

  /// It was removed.
  package mutating func remove(_ id: UInt64) { nodes[id] = nil }
}

/// Looks from time to time whether processes still are where records put them: one that changed its namespace without
/// starting a program, or whose end was lost, would keep a namespace from going away.
struct MountChecks {
  private var waiting: [UInt32] = []

  /// Looks at processes, and at namespaces, in one call.
  private static let limit = 2048
  private static let namespaceLimit = 256

  /// - Parameter processes: and their namespaces.
  /// - Returns: processes that are not in their namespace any more, and for namespaces one that is.
  mutating func run(
    _ namespaces: [UInt32: MountNamespace], _ processes: [UInt32: UInt32], except node: UInt32
  ) -> (left: [UInt32], seen: [UInt32: UInt32]) {
    if waiting.isEmpty { waiting = namespaces.keys.filter { $0 != node } }
    var doubtful: Set<UInt32> = []
    for namespace in waiting.suffix(Self.namespaceLimit) {
      guard let known = namespaces[namespace] else { continue }
      if MountFile.namespace(of: known.pid) != namespace { doubtful.insert(namespace) }
    }
    waiting.removeLast(min(Self.namespaceLimit, waiting.count))

    var left: [UInt32] = []
    var seen: [UInt32: UInt32] = [:]
    guard !doubtful.isEmpty else { return (left, seen) }
    var looks = 0
    for (pid, namespace) in processes where doubtful.contains(namespace) && looks < Self.limit {
      looks += 1
      if MountFile.namespace(of: pid) == namespace {
        seen[namespace] = pid
        doubtful.remove(namespace)
      } else {
        left.append(pid)
      }
    }
    return (left, seen)
  }
}

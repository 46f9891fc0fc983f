import CEvents
import Discovery
import Events

/// What a watch told: each namespace's table as a reader of the stream has it, and every record in order.
final class ToldMounts {
  struct Table: Equatable {
    var targets: Set<String> = []
    var isCut = false
    var isNode = false
  }

  private(set) var tables: [UInt32: Table] = [:]
  /// After each record that was told: its namespace, and the table as it then was; nil: gone.
  private(set) var history: [(namespace: UInt32, table: Table?)] = []

  func take(_ bytes: RawSpan) {
    guard let record = try? Record(number: 1, bytes: bytes), let mounts = try? MountsRecord(record) else { return }
    let namespace = mounts.fixed.ns_mnt
    var table = mounts.isMore ? tables[namespace] ?? Table() : Table()
    table.isCut = mounts.isCut
    table.isNode = mounts.isNode
    var bytes: [UInt8] = []
    if let entries = mounts.entries { bytes = entries.withUnsafeBytes { Array($0) } }
    let texts = bytes.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    for index in stride(from: 0, to: texts.count - 1, by: 4) { table.targets.insert(texts[index + 1]) }
    tables[namespace] = mounts.isGone ? nil : table
    history.append((namespace, mounts.isGone ? nil : table))
  }
}

/// Records as the kernel would tell them.
enum ProcessSample {
  static func exec(_ pid: UInt32, namespace: UInt32, kind: EventKind = .exec) -> [UInt8] {
    var fixed = sv_process()
    fixed.header.pid = pid
    fixed.ns_mnt = namespace
    return RecordBuilder(fixed).finish(kind: kind) ?? []
  }

  static func fork(_ child: UInt32, of parent: UInt32) -> [UInt8] {
    var fixed = sv_fork()
    fixed.header.pid = child
    fixed.parent_pid = parent
    fixed.creator_pid = parent
    return RecordBuilder(fixed).finish(kind: .fork) ?? []
  }

  static func exit(_ pid: UInt32) -> [UInt8] {
    var fixed = sv_exit()
    fixed.header.pid = pid
    return RecordBuilder(fixed).finish(kind: .exit) ?? []
  }
}

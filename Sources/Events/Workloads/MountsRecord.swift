package import CEvents

/// The mount table of a mount namespace, or a part of it: ``EventKind/mounts``.
package struct MountsRecord: ~Escapable {
  package let fixed: sv_mounts
  package let record: Record

  /// - Throws: ``RecordError/kind(_:)`` if this is no mount table.
  @_lifetime(copy record)
  package init(_ record: consuming Record) throws(RecordError) {
    guard record.kind == .mounts else { throw .kind(record.header.kind) }
    fixed = record.fixedPart(sv_mounts())
    self.record = record
  }

  /// It goes on the record before it of the same namespace; otherwise it replaces the table.
  package var isMore: Bool { fixed.flags & SV_PART_MORE != 0 }
  package var isCut: Bool { fixed.flags & SV_PART_CUT != 0 }
  /// The node's own namespace.
  package var isNode: Bool { fixed.flags & SV_MOUNTS_NODE != 0 }
  /// No process is in the namespace any more.
  package var isGone: Bool { fixed.flags & SV_MOUNTS_GONE != 0 }
  /// It says nothing of the mounts, but that a process in its cgroup is in the namespace.
  package var isSeen: Bool { fixed.flags & SV_MOUNTS_SEEN != 0 }
  /// Source, target, file system and options of each, each with its NUL.
  package var entries: RawSpan? { @_lifetime(copy self) get { record.variable(fixed.entries) } }

  /// A mount as its namespace sees it; bytes as the kernel has them, its escapes resolved.
  package struct Mount: Hashable, Sendable {
    package var source: [UInt8]
    package var target: [UInt8]
    package var fileSystem: [UInt8]
    /// Of the mount and of the file system, joined by commas.
    package var options: [UInt8]

    package init(source: [UInt8], target: [UInt8], fileSystem: [UInt8], options: [UInt8]) {
      self.source = source
      self.target = target
      self.fileSystem = fileSystem
      self.options = options
    }
  }

  /// The records of a table: one, or several when it is too long for one. As ``FactsRecord/encoded(cgroup:source:identity:pairs:isCut:timeNanoseconds:)``.
  ///
  /// - Parameters:
  ///   - namespace: inode number, as in /proc/PID/ns/mnt.
  ///   - pid: of a process in it, whose view it is.
  ///   - cgroup: of that process; 0: not known.
  ///   - isMore: it goes on what was told of the namespace before.
  package static func encoded(
    namespace: UInt32, pid: UInt32, cgroup: UInt64, mounts: [Mount], isMore: Bool = false, isNode: Bool = false,
    isGone: Bool = false, isCut: Bool = false, timeNanoseconds: UInt64
  ) -> [[UInt8]] {
    var fixed = sv_mounts()
    fixed.header.time_ns = timeNanoseconds
    fixed.header.pid = pid
    fixed.header.cgroup_id = cgroup
    fixed.ns_mnt = namespace
    fixed.flags = (isNode ? SV_MOUNTS_NODE : 0) | (isGone ? SV_MOUNTS_GONE : 0) | (isMore ? SV_PART_MORE : 0)
    return TextParts.records(
      of: mounts.map { [$0.source, $0.target, $0.fileSystem, $0.options] }, isCut: isCut, kind: .mounts, fixed,
      flags: \.flags, reference: MemoryLayout<sv_mounts>.offset(of: \.entries))
  }

  /// The record that tells no more than that a process in the cgroup is in the namespace.
  package static func seen(namespace: UInt32, cgroup: UInt64, timeNanoseconds: UInt64) -> [UInt8] {
    var fixed = sv_mounts()
    fixed.header.time_ns = timeNanoseconds
    fixed.header.cgroup_id = cgroup
    fixed.ns_mnt = namespace
    fixed.flags = SV_MOUNTS_SEEN
    return RecordBuilder(fixed).finish(kind: .mounts) ?? []  // a fixed size, far below the limit
  }
}

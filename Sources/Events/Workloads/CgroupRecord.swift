package import CEvents

/// A cgroup that was made, was there before, or was removed: ``EventKind/cgroup`` or ``EventKind/cgroupEnd``.
package struct CgroupRecord: ~Escapable {
  package let fixed: sv_cgroup
  package let record: Record

  /// - Throws: ``RecordError/kind(_:)`` if this is about no cgroup.
  @_lifetime(copy record)
  package init(_ record: consuming Record) throws(RecordError) {
    guard record.kind == .cgroup || record.kind == .cgroupEnd else { throw .kind(record.header.kind) }
    fixed = record.fixedPart(sv_cgroup())
    self.record = record
  }

  /// It was there before the stream began; nobody counts it as come from the kernel.
  package var isFound: Bool { fixed.flags & SV_CGROUP_FOUND != 0 }
  /// The last component of its path; of the hierarchy's root nil.
  package var name: RawSpan? { @_lifetime(copy self) get { record.variable(fixed.name) } }

  /// The record of a cgroup that was there before the stream began.
  ///
  /// - Parameters:
  ///   - id: in the cgroup2 hierarchy: the inode number of its directory.
  ///   - parent: 0: it is the hierarchy's root.
  ///   - name: the last component of its path; the kernel allows at most 255 bytes. Of the root empty, or where the
  ///     cgroups above are not told, the path from the root, at most 4096 bytes.
  ///   - madeNanoseconds: when it was made; 0: not known.
  ///   - timeNanoseconds: CLOCK_BOOTTIME.
  package static func found(
    id: UInt64, parent: UInt64, level: UInt32, name: some Collection<UInt8>, madeNanoseconds: UInt64 = 0, timeNanoseconds: UInt64
  ) -> [UInt8] {
    var fixed = sv_cgroup()
    fixed.header.time_ns = timeNanoseconds
    fixed.header.cgroup_id = id
    fixed.parent_id = parent
    fixed.level = level
    fixed.flags = SV_CGROUP_FOUND
    fixed.made_ns = madeNanoseconds
    var builder = RecordBuilder(fixed)
    builder.append(name.prefix(parent == 0 ? 4096 : Int(SV_CGROUP_NAME_MAX) - 1), at: MemoryLayout<sv_cgroup>.offset(of: \.name))
    return builder.finish(kind: .cgroup) ?? []  // at most 72 + 4096 bytes: always fits
  }

  /// The record of a cgroup that was removed.
  package static func ended(id: UInt64, timeNanoseconds: UInt64) -> [UInt8] {
    var fixed = sv_cgroup()
    fixed.header.time_ns = timeNanoseconds
    fixed.header.cgroup_id = id
    return RecordBuilder(fixed).finish(kind: .cgroupEnd) ?? []  // a fixed size, far below the limit
  }
}

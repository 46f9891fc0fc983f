package import CEvents

/// What one source says of the workloads in a cgroup, or a part of it: ``EventKind/facts``.
package struct FactsRecord: ~Escapable {
  package let fixed: sv_facts
  package let record: Record

  /// - Throws: ``RecordError/kind(_:)`` if these are no facts.
  @_lifetime(copy record)
  package init(_ record: consuming Record) throws(RecordError) {
    guard record.kind == .facts else { throw .kind(record.header.kind) }
    fixed = record.fixedPart(sv_facts())
    self.record = record
  }

  /// nil: one that this version does not know.
  package var source: FactSource? { FactSource(rawValue: fixed.source) }
  /// A number that this version does not know says nothing.
  package var identity: Identity { Identity(rawValue: fixed.identity) ?? .unsaid }
  /// It goes on the record before it of the same cgroup and source; otherwise it replaces what that source said.
  package var isMore: Bool { fixed.flags & SV_PART_MORE != 0 }
  package var isCut: Bool { fixed.flags & SV_PART_CUT != 0 }
  /// Name and value by turns, each with its NUL.
  package var pairs: RawSpan? { @_lifetime(copy self) get { record.variable(fixed.pairs) } }

  /// The records of what a source says: one, or several when it is too long for one. A NUL in a text is left out; pairs
  /// that alone are longer than a record can be are left out, and the last record then is flagged as cut.
  ///
  /// - Parameters:
  ///   - cgroup: id of the cgroup that it is about, with all below it.
  ///   - pairs: names are those of fields as rules write them: `k8s.pod.label[app]`.
  ///   - isCut: there was more, which is not here.
  ///   - timeNanoseconds: CLOCK_BOOTTIME.
  package static func encoded(
    cgroup: UInt64, source: FactSource, identity: Identity, pairs: [(name: String, value: String)], isCut: Bool = false,
    timeNanoseconds: UInt64
  ) -> [[UInt8]] {
    encoded(
      cgroup: cgroup, source: source, identity: identity,
      texts: pairs.map { [Array($0.name.utf8), Array($0.value.utf8)] }, isCut: isCut, timeNanoseconds: timeNanoseconds)
  }

  /// The same of bytes as other records had them.
  ///
  /// - Parameter texts: name and value of each pair.
  package static func encoded(
    cgroup: UInt64, source: FactSource, identity: Identity, texts: [[[UInt8]]], isCut: Bool = false, timeNanoseconds: UInt64
  ) -> [[UInt8]] {
    var fixed = sv_facts()
    fixed.header.time_ns = timeNanoseconds
    fixed.header.cgroup_id = cgroup
    fixed.source = source.rawValue
    fixed.identity = identity.rawValue
    return TextParts.records(
      of: texts, isCut: isCut, kind: .facts, fixed, flags: \.flags, reference: MemoryLayout<sv_facts>.offset(of: \.pairs))
  }
}

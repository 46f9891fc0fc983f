internal import CEvents

/// Groups of texts, each text with a NUL behind it, over as many records as they take.
enum TextParts {
  /// - Parameters:
  ///   - groups: kept together.
  ///   - fixed: of each record; the flags for a part are added.
  ///   - reference: where its `struct sv_ref` stands.
  static func records<Layout: BitwiseCopyable>(
    of groups: [[[UInt8]]], isCut: Bool, kind: EventKind, _ fixed: Layout, flags: WritableKeyPath<Layout, UInt32>,
    reference: Int?
  ) -> [[UInt8]] {
    let limit = Record.maximumSize - MemoryLayout<Layout>.size - 8
    var isCut = isCut
    var parts: [[UInt8]] = [[]]
    for group in groups {
      let bytes = group.flatMap { text in text.filter { $0 != 0 } + [0] }
      guard bytes.count <= limit else {
        isCut = true
        continue
      }
      if parts[parts.count - 1].count + bytes.count > limit { parts.append([]) }
      parts[parts.count - 1] += bytes
    }
    return parts.enumerated().map { index, part in
      var layout = fixed
      if index > 0 { layout[keyPath: flags] |= SV_PART_MORE }
      if isCut, index == parts.count - 1 { layout[keyPath: flags] |= SV_PART_CUT }
      var builder = RecordBuilder(layout)
      builder.append(part, at: reference)
      return builder.finish(kind: kind) ?? []  // within the limit: always fits
    }
  }
}

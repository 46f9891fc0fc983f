internal import CEvents

/// Replaces in records what tells of people and places by hashes with a key: equal stays equal, within a trace and across
/// all that were redacted with the same key. `docs/traces.md` says what stays readable.
package struct RecordRedactor {
  /// What is replaced.
  package struct Subjects: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// All but the name by which the program was called.
    package static let arguments = Subjects(rawValue: 1)
    /// The values of kept variables, not their names.
    package static let environment = Subjects(rawValue: 2)
    package static let addresses = Subjects(rawValue: 4)
    /// Each component of a path, and the name by which the program was called.
    package static let paths = Subjects(rawValue: 8)
    /// Names of nodes, and boot ids.
    package static let nodes = Subjects(rawValue: 16)
    /// Names of cgroups, what sources say of workloads, and what is mounted where.
    package static let workloads = Subjects(rawValue: 32)
  }

  let hash: KeyedHash
  let subjects: Subjects
  var addresses: AddressPermutation

  /// - Parameter keepsNetworks: addresses of one /24 (IPv6: /64) stay together in another.
  package init(key: [UInt8], _ subjects: Subjects, keepsNetworks: Bool = false) {
    hash = KeyedHash(key: key)
    self.subjects = subjects
    addresses = AddressPermutation(hash, keepsNetworks: keepsNetworks)
  }

  /// The redacted record. Nothing is in it that this version has no name for: neither what stands between the parts nor
  /// behind the end of names.
  ///
  /// - Returns: nil: of a kind that this version doesn't know, so that nobody knows what it tells; or its hashes took
  ///   more room than a record has.
  package mutating func redacted(_ record: borrowing Record) -> [UInt8]? {
    guard let kind = record.kind else { return nil }
    let layout = JSONLLayout.of(kind)
    var draft = JSONLDraft(layout)
    let known = min(Int(record.header.fixed), layout.byteCount)
    if known < layout.byteCount { draft.known = known }
    record.bytes.withUnsafeBytes { bytes in
      for field in layout.fields where field.end <= known { copy(field, bytes, &draft) }
      let header = UnsafeRawBufferPointer(rebasing: bytes[..<MemoryLayout<sv_header>.size])
      draft.copyHeader(header)
    }
    let parts = layout.fields.filter { $0.isPart && $0.end <= known }
    let program = program(record, parts)
    for field in parts {
      guard let part = part(field, record) else { continue }
      draft.appendPart(field, redacted(part, field, program))
    }
    if subjects.contains(.arguments), kind == .exec || kind == .task {
      let argumentBytes = draft.part(at: MemoryLayout<sv_process>.offset(of: \.args)).count
      if known >= MemoryLayout<sv_process>.size {
        draft.change(sv_process.self) { $0.args_total = UInt32(truncatingIfNeeded: argumentBytes) }
      }
    }
    guard draft.byteCount <= Record.maximumSize else { return nil }
    var bytes: [UInt8] = []
    draft.write(kind: kind.rawValue, to: &bytes)
    return bytes.count <= Record.maximumSize ? bytes : nil
  }

  // MARK: - The fixed part

  private mutating func copy(_ field: JSONLField, _ bytes: UnsafeRawBufferPointer, _ draft: inout JSONLDraft, at base: Int = 0) {
    let whole = Array(bytes[(base + field.offset)..<(base + field.end)])
    switch field.form {
    case .text: draft.store(Array(whole.prefix { $0 != 0 }), field, at: base)
    case .address(let family, let familyBytes):
      let at = base + family
      let number = UnsafeRawBufferPointer(rebasing: bytes[at..<at + familyBytes]).number()
      let address =
        subjects.contains(.addresses) ? addresses.permuted(whole, family: Int32(truncatingIfNeeded: number)) : whole
      draft.store(address, field, at: base)
    case .standardStreams:
      for index in 0..<3 {
        for inner in JSONLLayout.standardStream.fields {
          copy(inner, bytes, &draft, at: base + field.offset + index * JSONLLayout.standardStream.byteCount)
        }
      }
    case .part, .list: break
    default: draft.store(whole, field, at: base)
    }
  }

  // MARK: - The parts

  private func part(_ field: JSONLField, _ record: borrowing Record) -> [UInt8]? {
    record.bytes.withUnsafeBytes { bytes -> [UInt8]? in
      let reference = bytes.loadUnaligned(fromByteOffset: field.offset, as: sv_ref.self)
      let start = Int(reference.offset)
      guard start >= Int(record.header.fixed), start <= bytes.count, Int(reference.length) <= bytes.count - start else {
        return nil
      }
      return Array(bytes[start..<start + Int(reference.length)])
    }
  }

  /// The last component of what runs, by which it may be called.
  private func program(_ record: borrowing Record, _ parts: [JSONLField]) -> [[UInt8]] {
    var names: [[UInt8]] = []
    for field in parts where field.name.description == "exe" || field.name.description == "script" {
      if let path = part(field, record) { names.append(Self.lastComponent(path)) }
    }
    return names
  }

  private static func lastComponent(_ path: [UInt8]) -> [UInt8] { Array(path.split(separator: UInt8(ascii: "/")).last ?? []) }

  private mutating func redacted(_ part: [UInt8], _ field: JSONLField, _ program: [[UInt8]]) -> [UInt8] {
    switch field.name.description {
    case "args": arguments(part, program)
    case "env": subjects.contains(.environment) ? environment(part) : part
    case "exe", "cwd", "script", "interpreter": subjects.contains(.paths) ? path(part) : part
    case "name": subjects.contains(.workloads) ? cgroupPath(part) : part
    case "pairs": subjects.contains(.workloads) ? facts(part) : part
    case "entries": subjects.contains(.workloads) ? mounts(part) : part
    case "node", "boot_id": subjects.contains(.nodes) ? token(2, part) : part
    default: part
    }
  }

  private func arguments(_ argv: [UInt8], _ program: [[UInt8]]) -> [UInt8] {
    Self.mapped(argv) { index, argument in
      guard index > 0 else {
        if subjects.contains(.paths) { return path(argument) }
        // A process may have written anything there.
        let name = Self.lastComponent(argument.first == UInt8(ascii: "-") ? Array(argument.dropFirst()) : argument)
        return subjects.contains(.arguments) && !program.contains(name) ? token(1, argument) : argument
      }
      return subjects.contains(.arguments) ? token(1, argument) : argument
    }
  }

  private func environment(_ variables: [UInt8]) -> [UInt8] {
    Self.mapped(variables) { _, variable in
      guard let equals = variable.firstIndex(of: UInt8(ascii: "=")) else { return token(3, variable) }
      return variable[...equals] + token(3, Array(variable[(equals + 1)...]))
    }
  }

  func path(_ path: [UInt8]) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    return Array(path.split(separator: slash, omittingEmptySubsequences: false).map { token(4, Array($0)) }.joined(separator: [slash]))
  }

  /// Nothing stays nothing.
  func token(_ use: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    guard !bytes.isEmpty else { return [] }
    var text: [UInt8] = [UInt8(ascii: "~")]
    HexText.append(hash.hash([use] + bytes).prefix(8), to: &text)
    return text
  }

  /// Texts that each end in NUL; the last may lack it.
  private static func mapped(_ texts: [UInt8], _ body: (Int, [UInt8]) -> [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = texts[...]
    var index = 0
    while !rest.isEmpty {
      let text = rest.prefix { $0 != 0 }
      result += body(index, Array(text))
      if text.endIndex < rest.endIndex { result.append(0) }
      rest = rest[min(text.endIndex + 1, rest.endIndex)...]
      index += 1
    }
    return result
  }
}

import Events
import Rules

/// What one source says of a cgroup: the facts that fields ask for, and no others.
struct FactSet {
  private struct Fact {
    let field: Field
    let key: Range<UInt32>
    let value: Range<UInt32>
  }

  var source = FactSource.pushed
  /// CLOCK_BOOTTIME, of the record that told it last.
  var timeNanoseconds: UInt64 = 0
  /// The next set of the same cgroup, of a source with a higher number.
  var next: Int32 = -1
  /// Name and value of each, each with its NUL, as the records had them.
  private(set) var bytes: [UInt8] = []
  /// By field and key, each once.
  private var facts: [Fact] = []

  /// What it takes of a bound on memory.
  var size: Int { bytes.count + facts.count * MemoryLayout<Fact>.stride }
  var isEmpty: Bool { facts.isEmpty }

  mutating func clear() {
    bytes.removeAll(keepingCapacity: bytes.capacity <= 4096)
    facts.removeAll(keepingCapacity: facts.capacity <= 128)
  }

  /// Adds the pairs of a record; those whose name no field has are passed over, and of a name the first counts.
  ///
  /// - Parameter room: bytes of ``size`` that may be added.
  /// - Returns: pairs for which there was no room.
  mutating func add(_ pairs: RawSpan, room: Int) -> Int {
    var refused = 0
    var limit = size + max(0, room)
    pairs.withUnsafeBytes { pairs in
      var rest = Slice(base: pairs, bounds: pairs.indices)
      while let nameEnd = rest.firstIndex(of: 0), let valueEnd = rest[(nameEnd + 1)...].firstIndex(of: 0) {
        let (name, value) = (rest[..<nameEnd], rest[(nameEnd + 1)..<valueEnd])
        let pair = rest[...valueEnd]
        rest = rest[(valueEnd + 1)...]
        guard let (field, key) = Self.field(name) else { continue }
        let place = place(of: field, key)
        if isFound(at: place, field, key) { continue }
        guard size + pair.count + MemoryLayout<Fact>.stride <= limit else {
          refused += 1
          limit = size
          continue
        }
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: pair)
        let keyStart = start + UInt32(key.startIndex - name.startIndex)
        let valueStart = start + UInt32(value.startIndex - name.startIndex)
        facts.insert(
          Fact(
            field: field, key: keyStart..<keyStart + UInt32(key.count),
            value: valueStart..<valueStart + UInt32(value.count)),
          at: place)
      }
    }
    return refused
  }

  /// A name as rules write it: `k8s.pod.label[app]`. nil: none of a fact.
  private static func field(_ name: Slice<UnsafeRawBufferPointer>) -> (Field, key: Slice<UnsafeRawBufferPointer>)? {
    let nameEnd = name.firstIndex(of: UInt8(ascii: "[")) ?? name.endIndex
    guard nameEnd - name.startIndex <= 64, let field = Field.named(String(decoding: name[..<nameEnd], as: UTF8.self)),
      let argument = field.factArgument
    else { return nil }
    guard argument else { return nameEnd == name.endIndex ? (field, name[nameEnd...]) : nil }
    guard name.last == UInt8(ascii: "]"), name.endIndex - nameEnd > 2 else { return nil }
    return (field, name[(nameEnd + 1)..<(name.endIndex - 1)])
  }

  /// Lends a value; nil: it has none.
  func withValue<Result>(_ field: Field, key: some Collection<UInt8>, _ body: (RawSpan) -> Result) -> Result? {
    let place = place(of: field, key)
    guard isFound(at: place, field, key) else { return nil }
    let value = facts[place].value
    return body(bytes.span.bytes.extracting(Int(value.lowerBound)..<Int(value.upperBound)))
  }

  /// Gives each key of a field with its value, by key, until `body` returns true.
  ///
  /// - Returns: whether it did.
  func anyFact(_ field: Field, _ body: (_ key: RawSpan, _ value: RawSpan) -> Bool) -> Bool {
    var place = place(of: field, [])
    while place < facts.count, facts[place].field == field {
      let (key, value) = (facts[place].key, facts[place].value)
      let all = bytes.span.bytes
      if body(all.extracting(Int(key.lowerBound)..<Int(key.upperBound)), all.extracting(Int(value.lowerBound)..<Int(value.upperBound))) {
        return true
      }
      place += 1
    }
    return false
  }

  private func isFound(at place: Int, _ field: Field, _ key: some Collection<UInt8>) -> Bool {
    place < facts.count && facts[place].field == field && compare(facts[place].key, key) == 0
  }

  /// Where it is, or would stand.
  private func place(of field: Field, _ key: some Collection<UInt8>) -> Int {
    var (low, high) = (0, facts.count)
    while low < high {
      let middle = (low + high) / 2
      let other = facts[middle]
      let isBefore = other.field == field ? compare(other.key, key) < 0 : other.field.rawValue < field.rawValue
      if isBefore { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func compare(_ range: Range<UInt32>, _ key: some Collection<UInt8>) -> Int {
    var index = Int(range.lowerBound)
    for byte in key {
      guard index < Int(range.upperBound) else { return -1 }
      if bytes[index] != byte { return bytes[index] < byte ? -1 : 1 }
      index += 1
    }
    return index < Int(range.upperBound) ? 1 : 0
  }
}

extension Field {
  var isOfMounts: Bool {
    switch self {
    case .mountSources, .mountTargets, .mountFileSystems, .mountOptions: true
    default: false
    }
  }

  /// Whether sources tell it with something in brackets; nil: they don't tell it.
  var factArgument: Bool? {
    switch self {
    case .workloadName, .slurmJob, .slurmStep, .slurmUser, .slurmAccount, .slurmPartition, .slurmNodes, .containerName, .containerType,
      .containerImage, .imageRepository, .imageTag, .imageDigest, .imageID, .isPrivileged, .usesHostPIDs, .usesHostIPC,
      .usesHostNetwork, .containerIP, .containerStart, .healthCheck, .livenessProbe, .readinessProbe, .podName, .podUID,
      .podFullSandboxID, .podIP, .namespaceName, .namespaceProject:
      false
    case .containerLabel, .containerMountSource, .containerMountTarget, .containerMountMode, .containerMountIsWritable,
      .containerMountPropagation, .podLabel, .podAnnotation, .namespaceLabel, .namespaceAnnotation:
      true
    default: nil
    }
  }
}

import Events
import Rules

extension Field {
  /// It tells of a tenant, a workload, or what one is of.
  var isOfWorkload: Bool { rawValue >= Field.tenantName.rawValue && rawValue <= Field.namespaceAnnotation.rawValue }
}

extension State {
  /// Lends what a field tells of the event's workload. nil: absent.
  func withWorkloadText<Result>(_ field: Field, _ key: UnsafeRawBufferPointer, _ body: (RawSpan) -> Result) -> Result? {
    switch field {
    case .tenantName: return tenant.map { body($0.name.bytes) }
    case .tenantDescription: return tenant.map { body($0.description.bytes) }
    case .workloadIdentity: return lent(workloads.identity(of: event.workload).name, body)
    default: break
    }
    guard let kind = workloads.kind(of: event.workload) else { return nil }
    switch field {
    case .workloadKind: return lent(kind.name, body)
    case .workloadID: return own(.id, body)
    case .workloadCgroup: return own(.cgroup, body)
    case .workloadName:
      return fact(.workloadName, body) ?? fact(.containerName, body) ?? own(.id, body)
    case .slurmJob: return own(.job, body) ?? fact(field, body)
    case .slurmStep: return own(.step, body) ?? fact(field, body)
    case .podUID, .podID: return own(.podUID, body) ?? fact(.podUID, body)
    case .podSandboxID: return fact(.podFullSandboxID) { body(Self.short($0)) }
    case .podLabels: return withLabels(.podLabel, body)
    case .containerID, .containerFullID, .containerName, .containerType:
      return kind == .container ? withContainerText(field, body) : lent("host", body)
    case .containerLabels: return withLabels(.containerLabel, body)
    case .containerMounts: return withMounts(body)
    case .containerMount, .containerMountSource, .containerMountTarget, .containerMountMode, .containerMountIsWritable,
      .containerMountPropagation:
      return withMount(field, key, body)
    default: return workloads.withFact(field, key: key, of: event.workload, body)
    }
  }

  private func withContainerText<Result>(_ field: Field, _ body: (RawSpan) -> Result) -> Result? {
    switch field {
    case .containerID: own(.containerID) { body(Self.short($0)) }
    case .containerFullID: own(.containerID, body)
    case .containerType:
      if let runtime = workloads.workloads[event.workload].runtime { lent(runtime.name, body) } else { fact(field, body) }
    default: fact(field, body)
    }
  }

  /// A field of type boolean. nil: absent.
  func workloadBoolean(_ field: Field) -> Bool? {
    let isTrue = fact(field) { $0.byteCount == 4 && $0.unsafeLoad(fromUncheckedByteOffset: 0, as: UInt8.self) == UInt8(ascii: "t") }
    guard let isTrue else { return nil }
    return isTrue
  }

  /// A field of type integer. nil: absent.
  func workloadInteger(_ field: Field) -> Int64? {
    guard let start = containerStart else { return nil }
    guard field == .containerDuration else { return start }
    let (duration, overflows) = wallNanoseconds.subtractingReportingOverflow(start)
    return overflows ? nil : max(0, duration)
  }

  /// Nanoseconds since 1970.
  private var containerStart: Int64? {
    guard workloads.kind(of: event.workload) == .container else { return nil }
    if let told = fact(.containerStart, Self.number) { return told }
    return workloads.madeNanoseconds(event.workload).map { Int64(bitPattern: $0) &+ stream.clockOffsetNanoseconds }
  }

  // MARK: - Parts

  private func own<Result>(_ text: Workload.Text, _ body: (RawSpan) -> Result) -> Result? {
    workloads.workloads[event.workload].withText(text, body)
  }

  private func fact<Result>(_ field: Field, _ body: (RawSpan) -> Result) -> Result? {
    workloads.withFact(field, of: event.workload, body)
  }

  private func fact(_ field: Field, _ body: (RawSpan) -> Int64?) -> Int64? {
    workloads.withFact(field, of: event.workload, body) ?? nil
  }

  /// As people and rules know a container's id.
  @_lifetime(copy id)
  private static func short(_ id: RawSpan) -> RawSpan { id.extracting(first: min(12, id.byteCount)) }

  private static func number(_ text: RawSpan) -> Int64? {
    guard (1...19).contains(text.byteCount) else { return nil }
    var number: Int64 = 0
    for offset in 0..<text.byteCount {
      let digit = text.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self) &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      let (tens, overflows) = number.multipliedReportingOverflow(by: 10)
      let (sum, overflowsAgain) = tens.addingReportingOverflow(Int64(digit))
      guard !overflows, !overflowsAgain else { return nil }
      number = sum
    }
    return number
  }

  // MARK: - What is put together

  /// Lends what `write` puts together.
  ///
  /// - Parameter write: returns whether there is anything.
  private func joined<Result>(_ body: (RawSpan) -> Result, _ write: (Scratch) -> Bool) -> Result? {
    scratch.clear(0)
    guard write(scratch) else { return nil }
    return body(UnsafeRawBufferPointer(scratch.bytes(0)).bytes)
  }

  /// `name:value, name:value`.
  private func withLabels<Result>(_ field: Field, _ body: (RawSpan) -> Result) -> Result? {
    joined(body) { scratch in
      var isFirst = true
      return workloads.forEachFact(field, of: event.workload) { key, value in
        let isWritten =
          (isFirst || scratch.append(", ", to: 0)) && scratch.append(key, to: 0) && scratch.append(":", to: 0)
          && scratch.append(value, to: 0)
        isFirst = false
        return !isWritten
      }
    }
  }

  /// All mounts that the container was made with, joined by commas.
  private func withMounts<Result>(_ body: (RawSpan) -> Result) -> Result? {
    joined(body) { scratch in
      var number = 0
      while number < Self.maximumMounts, let key = MountNumber(number), hasMount(key) {
        guard number == 0 || scratch.append(",", to: 0), write(key, to: scratch) else { break }
        number += 1
      }
      return number > 0
    }
  }

  private static var maximumMounts: Int { 1000 }

  private func hasMount(_ number: MountNumber) -> Bool {
    number.withBytes { key in
      func has(_ field: Field) -> Bool { workloads.withFact(field, key: key, of: event.workload) { _ in true } ?? false }
      return has(.containerMountSource) || has(.containerMountTarget)
    }
  }

  /// `source:dest:mode:rdwr:propagation`.
  private func write(_ number: MountNumber, to scratch: Scratch) -> Bool {
    number.withBytes { key in
      func part(_ field: Field) -> Bool {
        workloads.withFact(field, key: key, of: event.workload) { scratch.append($0, to: 0) } ?? true
      }
      return part(.containerMountSource) && scratch.append(":", to: 0) && part(.containerMountTarget) && scratch.append(":", to: 0)
        && part(.containerMountMode) && scratch.append(":", to: 0) && part(.containerMountIsWritable) && scratch.append(":", to: 0)
        && part(.containerMountPropagation)
    }
  }

  /// - Parameter key: a number, or a path that the mount's other end has, which may be a glob.
  private func withMount<Result>(_ field: Field, _ key: UnsafeRawBufferPointer, _ body: (RawSpan) -> Result) -> Result? {
    guard let number = mountNumber(key, other: field == .containerMountSource ? .containerMountTarget : .containerMountSource)
    else { return nil }
    if field == .containerMount { return hasMount(number) ? joined(body) { write(number, to: $0) } : nil }
    return number.withBytes { workloads.withFact(field, key: $0, of: event.workload, body) }
  }

  private func mountNumber(_ key: UnsafeRawBufferPointer, other: Field) -> MountNumber? {
    if let number = Self.number(key.bytes) { return MountNumber(Int(clamping: number)) }
    for number in 0..<Self.maximumMounts {
      guard let place = MountNumber(number), hasMount(place) else { return nil }
      let fits = place.withBytes { number in
        workloads.withFact(other, key: number, of: event.workload) { path in
          globs.matches(key, path)
        } ?? false
      }
      if fits { return place }
    }
    return nil
  }
}

/// Reads a cgroup's path from the top, as long as the names are ones that the node's own services give.
struct CgroupPathReader {
  private let names: [Substring]

  init(_ names: [Substring]) { self.names = names }

  private func name(_ index: Int) -> Substring { index < names.count ? names[index] : "" }

  var workload: CgroupWorkload? {
    if name(0) == "user.slice" { return inUserSlice }
    for index in names.indices {
      if let found = pod(at: index) ?? job(at: index) ?? container(at: index) { return found }
      if Self.isUnit(names[index]) { return unit(.systemdUnit, at: index) }
      if isBranch(index) { continue }
      // What a runtime was told to put its containers below.
      return index == 0 && names.count > 1 ? container(at: 1) : nil
    }
    return nil
  }

  /// Something that only holds others.
  private func isBranch(_ index: Int) -> Bool {
    if names[index].hasSuffix(".slice") || Self.branches.contains(names[index]) { return true }
    return index > 0 && names[index - 1] == "libpod_parent" && Self.isContainerID(names[index])
  }

  private static let branches: Set<Substring> = ["docker", "kubelet", "k3s", "libpod_parent", "rke2"]

  // MARK: - Kubernetes

  private func pod(at index: Int) -> CgroupWorkload? {
    let name = names[index]
    if name == "kubepods" {
      let level = ["burstable", "besteffort"].contains(self.name(index + 1)) ? index + 2 : index + 1
      return Self.rest(of: self.name(level), after: "pod").flatMap { pod($0, at: level) }
    }
    if let flat = flatContainer(at: index) { return flat }
    guard name == "kubepods.slice" || name.hasSuffix("-kubepods.slice") else { return nil }
    let base = name.dropLast(".slice".count)
    var (level, prefix) = (index + 1, "\(base)-pod")
    if let quality = ["burstable", "besteffort"].first(where: { self.name(index + 1) == "\(base)-\($0).slice" }) {
      (level, prefix) = (index + 2, "\(base)-\(quality)-pod")
    }
    guard let rest = Self.rest(of: self.name(level), after: prefix), rest.hasSuffix(".slice") else { return nil }
    return pod(Self.podUID(rest), at: level)
  }

  private func pod(_ uid: Substring, at level: Int) -> CgroupWorkload? {
    guard Self.isPodUID(uid) else { return nil }
    var found: CgroupWorkload
    let inner = name(level + 1)
    let scope = inner.hasSuffix(".scope") ? inner.dropLast(".scope".count) : inner
    let id = scope.split(separator: "-").last ?? ""
    let owner = scope.dropLast(id.count)
    if Self.isHexadecimal(id, 32...64), !owner.hasSuffix("conmon-") {
      found = CgroupWorkload(.container, id: String(id), depth: level + 2)
      found.containerID = String(id)
      found.runtime = Self.runtimes.first { $0.prefix == owner }?.runtime
    } else {
      found = CgroupWorkload(.container, id: String(uid), depth: level + 1)
    }
    found.podUID = String(uid)
    found.podDepth = level + 1
    return found
  }

  /// `kubepods-burstable-podUID.slice:cri-containerd:ID`, as a containerd makes it that was not told of systemd.
  private func flatContainer(at index: Int) -> CgroupWorkload? {
    let parts = name(index).split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].hasSuffix(".slice"), Self.isContainerID(parts[2]) else { return nil }
    let levels = ["", "kubelet-"].flatMap { root in ["burstable-", "besteffort-", ""].map { "\(root)kubepods-\($0)pod" } }
    guard let rest = levels.lazy.compactMap({ Self.rest(of: parts[0], after: $0) }).first else { return nil }
    let uid = Self.podUID(rest)
    guard Self.isPodUID(uid) else { return nil }
    var found = CgroupWorkload(.container, id: String(parts[2]), depth: index + 1)
    found.containerID = String(parts[2])
    found.podUID = String(uid)
    found.runtime = Self.runtimes.first { $0.prefix == "\(parts[1])-" }?.runtime
    return found
  }

  /// In a slice's name, where `-` leads to another slice.
  private static func podUID(_ slice: Substring) -> Substring {
    Substring(slice.dropLast(".slice".count).map { $0 == "_" ? "-" : $0 })
  }

  private static func isPodUID(_ uid: Substring) -> Bool {
    (1...128).contains(uid.utf8.count) && uid.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "-")
    }
  }

  // MARK: - Containers

  private static let runtimes: [(prefix: String, runtime: ContainerRuntime)] = [
    ("libpod-", .podman), ("docker-", .docker), ("cri-containerd-", .containerd), ("crio-", .crio), ("nerdctl-", .containerd),
  ]

  private func container(at index: Int, of accepted: [ContainerRuntime] = ContainerRuntime.allCases) -> CgroupWorkload? {
    let name = names[index].hasSuffix(".scope") ? names[index].dropLast(".scope".count) : names[index]
    for (prefix, runtime) in Self.runtimes where accepted.contains(runtime) {
      if let id = Self.rest(of: name, after: prefix), Self.isContainerID(id) { return container(id, runtime, at: index) }
    }
    guard index > 0, Self.isContainerID(name), names[index - 1] != "libpod_parent" else { return nil }
    return container(name, names[index - 1] == "docker" ? .docker : nil, at: index)
  }

  private func container(_ id: Substring, _ runtime: ContainerRuntime?, at index: Int) -> CgroupWorkload {
    var found = CgroupWorkload(.container, id: String(id), depth: index + 1)
    found.containerID = String(id)
    found.runtime = runtime
    return found
  }

  private static func isContainerID(_ text: Substring) -> Bool { isHexadecimal(text, 64...64) }

  // MARK: - Slurm

  private func job(at index: Int) -> CgroupWorkload? {
    let name = names[index]
    let level: Int
    var userID: UInt32?
    if name == "slurmstepd.scope" || name.hasSuffix("_slurmstepd.scope") {
      // In a slice, where nobody but the node's own systemd, or who does its work, makes scopes.
      guard index > 0 else { return nil }
      level = index + 1
    } else if index == 0, name == "slurm" || name.hasPrefix("slurm_"), let uid = Self.rest(of: self.name(1), after: "uid_") {
      guard let number = UInt32(uid) else { return nil }
      level = 2
      userID = number
    } else {
      return nil
    }
    guard let job = Self.rest(of: self.name(level), after: "job_"), Self.isNumber(job) else { return nil }
    let step = Self.rest(of: self.name(level + 1), after: "step_").flatMap { step in
      Self.isNumber(step) || Self.steps.contains(step) ? step : nil
    }
    var found = CgroupWorkload(
      .slurmStep, id: step.map { "\(job).\($0)" } ?? String(job), depth: step == nil ? level + 1 : level + 2)
    found.job = String(job)
    found.step = step.map { String($0) }
    found.jobDepth = level + 1
    found.userID = userID
    return found
  }

  private static let steps: Set<Substring> = ["batch", "extern", "interactive"]

  // MARK: - Units and sessions

  private static func isUnit(_ name: Substring) -> Bool {
    [".service", ".scope", ".socket", ".mount", ".swap"].contains { name.hasSuffix($0) && name.utf8.count > $0.utf8.count }
  }

  private func unit(_ kind: WorkloadKind, at index: Int, userID: UInt32? = nil) -> CgroupWorkload {
    // A container that runs in the service's own cgroup.
    if let id = Self.rest(of: name(index + 1), after: "libpod-payload-"), Self.isContainerID(id) {
      var found = container(id, .podman, at: index + 1)
      found.userID = userID
      return found
    }
    if Self.runtimeServices.contains(names[index]), let found = flatContainer(at: index + 1) { return found }
    var found = CgroupWorkload(kind, id: String(names[index]), depth: index + 1)
    found.userID = userID
    return found
  }

  private static let runtimeServices: Set<Substring> = [
    "containerd.service", "k3s.service", "k3s-agent.service", "rke2-agent.service", "rke2-server.service",
  ]

  private var inUserSlice: CgroupWorkload? {
    guard names.count > 1 else { return nil }
    if Self.isUnit(names[1]) { return unit(.systemdUnit, at: 1) }
    guard let user = Self.rest(of: names[1], after: "user-"), user.hasSuffix(".slice"), names.count > 2 else { return nil }
    let userID = UInt32(user.dropLast(".slice".count))
    guard Self.isUnit(names[2]) else { return nil }
    let isManager = names[2].hasPrefix("user@") && names[2].hasSuffix(".service")
    let isSession = names[2].hasPrefix("session-") && names[2].hasSuffix(".scope")
    let own = unit(isManager || isSession ? .session : .systemdUnit, at: 2, userID: userID)
    guard isManager, !own.isWhole else { return own }
    for index in names.indices.dropFirst(3) {
      if var found = container(at: index, of: [.podman, .docker]), found.runtime != nil {
        found.userID = userID
        return found
      }
      if Self.isUnit(names[index]) {
        let inner = unit(.session, at: index, userID: userID)
        return inner.isWhole && inner.runtime == .podman ? inner : own
      }
      guard isBranch(index) else { return own }
    }
    return own
  }

  // MARK: - Texts

  private static func rest(of name: Substring, after prefix: String) -> Substring? {
    name.hasPrefix(prefix) && name.utf8.count > prefix.utf8.count ? name.dropFirst(prefix.count) : nil
  }

  private static func isNumber(_ text: Substring) -> Bool {
    (1...20).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func isHexadecimal(_ text: Substring, _ lengths: ClosedRange<Int>) -> Bool {
    lengths.contains(text.utf8.count) && text.utf8.allSatisfy { isHexadecimal($0) }
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }
}

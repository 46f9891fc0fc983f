extension RecordRedactor {
  // MARK: - Cgroups

  /// A cgroup's name, or a path of them. What tells which kind of workload it is stays, so that the trace is still
  /// understood: ids become other ids, names of the site hashes.
  func cgroupPath(_ path: [UInt8]) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    return Array(path.split(separator: slash, omittingEmptySubsequences: false).map { cgroup(Array($0)) }.joined(separator: [slash]))
  }

  private func cgroup(_ name: [UInt8]) -> [UInt8] {
    let text = String(decoding: name, as: UTF8.self)
    if Self.wellKnown.contains(text) || Self.isNumbered(text) { return name }
    let parts = name.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map { Array($0) }
    if parts.count == 3 { return cgroup(parts[0]) + [UInt8(ascii: ":")] + parts[1] + [UInt8(ascii: ":")] + cgroup(parts[2]) }
    let unit = Self.units.first { text.hasSuffix($0) } ?? ""
    let stem = name.dropLast(unit.utf8.count)
    for prefix in Self.prefixes where stem.starts(with: prefix.utf8) {
      if let id = identifier(stem.dropFirst(prefix.utf8.count)) { return Array(prefix.utf8) + id + Array(unit.utf8) }
    }
    let daemon = "_slurmstepd"
    if unit == ".scope", stem.count > daemon.utf8.count, stem.suffix(daemon.utf8.count).elementsEqual(daemon.utf8) {
      let node = Array(stem.dropLast(daemon.utf8.count))
      return (subjects.contains(.nodes) ? token(2, node) : node) + Array("\(daemon)\(unit)".utf8)
    }
    return token(5, Array(stem)) + Array(unit.utf8)
  }

  private static let wellKnown: Set<String> = [
    "", "system.slice", "user.slice", "machine.slice", "init.scope", "kubepods", "burstable", "besteffort", "kubepods.slice",
    "kubepods-burstable.slice", "kubepods-besteffort.slice", "kubelet", "kubelet.slice", "kubelet-kubepods.slice",
    "kubelet-kubepods-burstable.slice", "kubelet-kubepods-besteffort.slice", "docker", "k3s", "rke2", "libpod_parent", "slurm",
    "slurmstepd.scope", "containerd.service", "k3s.service", "k3s-agent.service", "rke2-agent.service", "rke2-server.service",
    "step_batch", "step_extern", "step_interactive", "user", "task_special",
  ]
  private static let units = [".service", ".scope", ".slice", ".socket", ".mount", ".swap"]
  /// What an id follows; nothing: it is one.
  private static let prefixes =
    ["", "kubelet-"].flatMap { root in ["burstable-", "besteffort-", ""].map { "\(root)kubepods-\($0)pod" } } + [
      "libpod-payload-", "libpod-conmon-", "libpod-", "docker-", "crio-conmon-", "crio-", "cri-containerd-", "nerdctl-",
      "machine-libpod_pod_", "user-libpod_pod_", "pod", "",
    ]

  /// `job_42`, `user-1000.slice`: numbers stay, as those of users and processes do.
  private static func isNumbered(_ name: String) -> Bool {
    for (prefix, suffix) in [
      ("job_", ""), ("step_", ""), ("task_", ""), ("uid_", ""), ("user-", ".slice"), ("user@", ".service"), ("session-", ".scope"),
    ] where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
      let number = name.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
      if (1...20).contains(number.count), number.allSatisfy({ (0x30...0x39).contains($0) }) { return true }
    }
    return false
  }

  /// Another of the same length and look. A pod's is the same with `-` and with `_`. nil: it is none.
  private func identifier(_ id: some Collection<UInt8>) -> [UInt8]? {
    let digits = id.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
    guard (8...64).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else { return nil }
    var other: [UInt8] = []
    HexText.append(hash.hash([7] + digits)[...], to: &other)
    var next = other[...]
    return id.map { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") ? $0 : next.popFirst() ?? UInt8(ascii: "0") }
  }

  // MARK: - Facts

  /// Names and values by turns: names stay, values become hashes but for those that only say yes, no or when.
  mutating func facts(_ pairs: [UInt8]) -> [UInt8] {
    var name: [UInt8] = []
    var redacted: [UInt8] = []
    for (index, text) in pairs.split(separator: 0, omittingEmptySubsequences: false).enumerated() {
      if index > 0 { redacted.append(0) }
      if index.isMultiple(of: 2) {
        name = Array(text.prefix { $0 != UInt8(ascii: "[") })
        redacted += text
      } else {
        redacted += fact(String(decoding: name, as: UTF8.self), Array(text))
      }
    }
    return redacted
  }

  private mutating func fact(_ name: String, _ value: [UInt8]) -> [UInt8] {
    switch name {
    case "container.privileged", "container.host_pid", "container.host_ipc", "container.host_network", "container.start_ts",
      "container.type", "container.mount.mode", "container.mount.rdwr", "container.mount.propagation", "slurm.job", "slurm.step":
      value
    case "k8s.pod.uid", "k8s.pod.full_sandbox_id": identifier(value) ?? token(6, value)
    case "container.ip", "k8s.pod.ip": address(value)
    case "container.mount.source", "container.mount.dest", "container.image", "container.image.repository": path(value)
    default: token(6, value)
    }
  }

  private mutating func address(_ text: [UInt8]) -> [UInt8] {
    guard let address = AddressText.bytes(String(decoding: text, as: UTF8.self)) else { return token(6, text) }
    guard subjects.contains(.addresses) else { return text }
    let other = addresses.permuted(address.bytes, family: address.family)
    return other.withUnsafeBytes { AddressText.text($0, family: address.family) }.map { Array($0.utf8) } ?? token(6, text)
  }

  // MARK: - Mounts

  /// Source, target, file system and options by turns: file systems stay, and what options there are.
  func mounts(_ entries: [UInt8]) -> [UInt8] {
    let texts = entries.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    let redacted = texts.enumerated().map { index, text -> [UInt8] in
      switch index % 4 {
      // As of a file system that has no other: tmpfs, proc.
      case 0: index + 2 < texts.count && text == texts[index + 2] ? text : path(text)
      case 1: path(text)
      case 2: text
      default: options(text)
      }
    }
    return Array(redacted.joined(separator: [0]))
  }

  private func options(_ text: [UInt8]) -> [UInt8] {
    let comma = UInt8(ascii: ",")
    let options = text.split(separator: comma, omittingEmptySubsequences: false).map { option -> [UInt8] in
      guard let equals = option.firstIndex(of: UInt8(ascii: "=")) else { return Array(option) }
      return option[...equals] + token(6, Array(option[(equals + 1)...]))
    }
    return Array(options.joined(separator: [comma]))
  }
}

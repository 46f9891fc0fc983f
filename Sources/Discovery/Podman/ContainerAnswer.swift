internal import FoundationEssentials

/// What podman or docker answer when asked for a container (`inspect`), as far as it is wanted: both speak alike.
struct ContainerAnswer: Decodable {
  struct State: Decodable {
    /// 0: it does not run.
    var Pid: Int32?
    /// Of podman.
    var CgroupPath: String?
    var StartedAt: String?
  }

  struct Config: Decodable {
    var Image: String?
    var Labels: [String: String]?
  }

  struct HostConfig: Decodable {
    var Privileged: Bool?
    var PidMode: String?
    var IpcMode: String?
    var NetworkMode: String?
  }

  struct Mount: Decodable {
    var Source: String?
    var Destination: String?
    var Mode: String?
    var RW: Bool?
    var Propagation: String?
  }

  struct NetworkSettings: Decodable {
    var IPAddress: String?
  }

  var Id: String
  var Name: String?
  /// The image's id.
  var Image: String?
  /// Of podman.
  var ImageName: String?
  var ImageDigest: String?
  var State: State?
  var Config: Config?
  var HostConfig: HostConfig?
  var Mounts: [Mount]?
  var NetworkSettings: NetworkSettings?

  /// - Parameter json: an answer, or a list with one, as the program writes it.
  init?(json: [UInt8]) {
    let data = Data(json)
    let decoder = JSONDecoder()
    if let answer = try? decoder.decode(ContainerAnswer.self, from: data) {
      self = answer
    } else if let list = try? decoder.decode([ContainerAnswer].self, from: data), list.count == 1 {
      self = list[0]
    } else {
      return nil
    }
  }

  /// Whether the container runs in that cgroup, as far as the answer tells: a cgroup that somebody else named so is none of
  /// its.
  func isAbout(_ path: String) -> Bool {
    if let told = State?.CgroupPath, !told.isEmpty { return told == path || told.hasPrefix(path + "/") }
    // It has not started, or it is over.
    guard let pid = State?.Pid, pid > 0, let actual = CgroupPath.of(pid) else { return true }
    return actual == path || actual.hasPrefix(path + "/")
  }

  /// By the names of their fields.
  ///
  /// - Parameter type: podman or docker.
  func facts(type: String) -> FactPairs {
    var facts = FactPairs()
    facts.add("container.type", type)
    if let Name {
      // Docker writes it with a slash in front.
      facts.addText("container.name", Name.hasPrefix("/") ? String(Name.dropFirst()) : Name)
    }
    addImage(to: &facts)
    addWays(to: &facts)
    facts.addText("container.ip", NetworkSettings?.IPAddress ?? "")
    // Labels come before mounts, of which there may be many.
    facts.add("container.label", each: Config?.Labels ?? [:])
    for (index, mount) in (Mounts ?? []).enumerated() {
      facts.add("container.mount.source[\(index)]", mount.Source)
      facts.add("container.mount.dest[\(index)]", mount.Destination)
      facts.add("container.mount.mode[\(index)]", mount.Mode)
      facts.add("container.mount.rdwr[\(index)]", mount.RW)
      facts.add("container.mount.propagation[\(index)]", mount.Propagation)
    }
    return facts
  }

  private func addImage(to facts: inout FactPairs) {
    if let image = Image.flatMap({ Discovery.ImageName.id($0) }) { facts.add("container.image.id", image) }
    if let digest = ImageDigest { facts.addText("container.image.digest", digest) }
    guard let text = ImageName ?? Config?.Image, !text.isEmpty else { return }
    let name = Discovery.ImageName(text)
    facts.add("container.image", text)
    facts.addText("container.image.repository", name.repository)
    facts.add("container.image.tag", name.tag)
    if ImageDigest?.isEmpty != false { facts.add("container.image.digest", name.digest) }
  }

  private func addWays(to facts: inout FactPairs) {
    facts.add("container.privileged", HostConfig?.Privileged)
    facts.add("container.host_pid", HostConfig?.PidMode.map { $0 == "host" })
    facts.add("container.host_ipc", HostConfig?.IpcMode.map { $0 == "host" })
    facts.add("container.host_network", HostConfig?.NetworkMode.map { $0 == "host" })
  }
}

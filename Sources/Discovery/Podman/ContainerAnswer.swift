internal import FoundationEssentials

/// What podman or docker answer when asked for a container (`inspect`), as far as it is wanted: both speak alike.
struct ContainerAnswer: Decodable {
  struct State: Decodable {
    /// 0: it does not run.
    var pid: Int32?
    /// Of podman.
    var cgroupPath: String?

    enum CodingKeys: String, CodingKey {
      case pid = "Pid"
      case cgroupPath = "CgroupPath"
    }
  }

  struct Config: Decodable {
    var image: String?
    var labels: [String: String]?

    enum CodingKeys: String, CodingKey {
      case image = "Image"
      case labels = "Labels"
    }
  }

  struct HostConfig: Decodable {
    var privileged: Bool?
    var pidMode: String?
    var ipcMode: String?
    var networkMode: String?

    enum CodingKeys: String, CodingKey {
      case privileged = "Privileged"
      case pidMode = "PidMode"
      case ipcMode = "IpcMode"
      case networkMode = "NetworkMode"
    }
  }

  struct Mount: Decodable {
    var source: String?
    var destination: String?
    var mode: String?
    var isWritable: Bool?
    var propagation: String?

    enum CodingKeys: String, CodingKey {
      case source = "Source"
      case destination = "Destination"
      case mode = "Mode"
      case isWritable = "RW"
      case propagation = "Propagation"
    }
  }

  struct NetworkSettings: Decodable {
    var address: String?

    enum CodingKeys: String, CodingKey {
      case address = "IPAddress"
    }
  }

  var id: String
  var name: String?
  /// Its id.
  var image: String?
  /// Of podman.
  var imageName: String?
  var imageDigest: String?
  var state: State?
  var config: Config?
  var hostConfig: HostConfig?
  var mounts: [Mount]?
  var networkSettings: NetworkSettings?

  enum CodingKeys: String, CodingKey {
    case id = "Id"
    case name = "Name"
    case image = "Image"
    case imageName = "ImageName"
    case imageDigest = "ImageDigest"
    case state = "State"
    case config = "Config"
    case hostConfig = "HostConfig"
    case mounts = "Mounts"
    case networkSettings = "NetworkSettings"
  }

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
    if let told = state?.cgroupPath, !told.isEmpty { return told == path || told.hasPrefix(path + "/") }
    // It has not started, or it is over.
    guard let pid = state?.pid, pid > 0, let actual = CgroupPath.of(pid) else { return true }
    return actual == path || actual.hasPrefix(path + "/")
  }

  /// By the names of their fields.
  ///
  /// - Parameter type: podman or docker.
  func facts(type: String) -> FactPairs {
    var facts = FactPairs()
    facts.add("container.type", type)
    // Docker writes it with a slash in front.
    if let name { facts.addText("container.name", name.hasPrefix("/") ? String(name.dropFirst()) : name) }
    addImage(to: &facts)
    facts.add("container.privileged", hostConfig?.privileged)
    facts.add("container.host_pid", hostConfig?.pidMode.map { $0 == "host" })
    facts.add("container.host_ipc", hostConfig?.ipcMode.map { $0 == "host" })
    facts.add("container.host_network", hostConfig?.networkMode.map { $0 == "host" })
    facts.addText("container.ip", networkSettings?.address ?? "")
    // Labels come before mounts, of which there may be many.
    facts.add("container.label", each: config?.labels ?? [:])
    for (index, mount) in (mounts ?? []).enumerated() {
      facts.add("container.mount.source[\(index)]", mount.source)
      facts.add("container.mount.dest[\(index)]", mount.destination)
      facts.add("container.mount.mode[\(index)]", mount.mode)
      facts.add("container.mount.rdwr[\(index)]", mount.isWritable)
      facts.add("container.mount.propagation[\(index)]", mount.propagation)
    }
    return facts
  }

  private func addImage(to facts: inout FactPairs) {
    facts.add("container.image.id", image.flatMap { ImageName.id($0) })
    let name = (imageName ?? config?.image).flatMap { $0.isEmpty ? nil : ImageName($0) }
    if let text = imageName ?? config?.image, let name {
      facts.add("container.image", text)
      facts.addText("container.image.repository", name.repository)
      facts.add("container.image.tag", name.tag)
    }
    let digest = imageDigest ?? ""
    facts.add("container.image.digest", digest.isEmpty ? name?.digest : digest)
  }
}

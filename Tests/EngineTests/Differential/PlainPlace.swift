import Events

/// A workload that processes of the differential test are in.
struct PlainPlace {
  let cgroup: UInt64
  let kind: String
  let id: String
  let containerID: String
  let facts: [(name: String, value: String)]
  /// Mount namespaces that its processes may be in.
  let namespaces: [UInt32]

  /// Nobody told of the last one's cgroup.
  static func all(_ random: inout Generator) -> [PlainPlace] {
    func container(_ cgroup: UInt64, _ digit: String) -> PlainPlace {
      let id = String(repeating: digit, count: 64)
      return PlainPlace(
        cgroup: cgroup, kind: "container", id: id, containerID: String(id.prefix(12)),
        facts: [
          ("container.image.repository", Words.path(&random)), ("k8s.pod.label[app]", Words.word(&random)), ("k8s.ns.name", Words.word(&random)),
        ], namespaces: [11, 12])
    }
    return [
      container(22, "3"), container(23, "a"),
      PlainPlace(cgroup: 31, kind: "systemd-unit", id: "bash.service", containerID: "host", facts: [], namespaces: [11, 13]),
      PlainPlace(cgroup: 1, kind: "host", id: "host", containerID: "host", facts: [], namespaces: [13]),
      PlainPlace(cgroup: 99, kind: "", id: "", containerID: "", facts: [], namespaces: [12]),
    ]
  }

  var isKnown: Bool { !kind.isEmpty }
}

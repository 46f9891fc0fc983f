/// What the API server told of this node's pods and of the cluster's namespaces. Bounded, whoever labelled them.
struct ClusterStore {
  /// Facts that an object gives: a namespace's hold for all its pods.
  struct Object {
    var name: String
    var namespace: String?
    var facts: FactPairs
  }

  enum Kind: Int, CaseIterable, Sendable {
    case pods, namespaces
  }

  /// Of one object's facts, so that no tenant takes the others' room with a few.
  static let objectLimitBytes = 16 << 10

  let limitBytes: Int
  /// By uid, as ``PodAgreement/normal(_:)`` writes it.
  private(set) var pods: [String: Object] = [:]
  /// By name.
  private(set) var namespaces: [String: Object] = [:]
  /// Kinds of which all that is there was told.
  private(set) var whole: Set<Kind> = []
  /// Objects that found no room.
  private(set) var refused: UInt64 = 0
  private var bytes = 0

  init(limitBytes: Int = 64 << 20) { self.limitBytes = limitBytes }

  /// A list ended: what was known and is not on it is gone.
  mutating func finish(_ kind: Kind, listed: Set<String>) {
    let known = kind == .pods ? Array(pods.keys) : Array(namespaces.keys)
    for key in known where !listed.contains(key) { remove(key, kind) }
    whole.insert(kind)
  }

  /// - Returns: the object's key.
  @discardableResult
  mutating func put(_ metadata: ObjectMetadata, _ kind: Kind) -> String {
    let key = Self.key(metadata, kind)
    remove(key, kind)
    let object = kind == .pods ? Self.pod(metadata) : Self.namespace(metadata)
    let size = Self.size(object)
    guard bytes + size <= limitBytes else {
      refused &+= 1
      return key
    }
    bytes += size
    if kind == .pods { pods[key] = object } else { namespaces[key] = object }
    return key
  }

  mutating func remove(_ metadata: ObjectMetadata, _ kind: Kind) { remove(Self.key(metadata, kind), kind) }

  static func key(_ metadata: ObjectMetadata, _ kind: Kind) -> String {
    kind == .pods ? PodAgreement.normal(metadata.uid) : metadata.name
  }

  private mutating func remove(_ key: String, _ kind: Kind) {
    let object = kind == .pods ? pods.removeValue(forKey: key) : namespaces.removeValue(forKey: key)
    if let object { bytes -= Self.size(object) }
  }

  private static func size(_ object: Object) -> Int { object.facts.bytes + 128 * object.facts.pairs.count + 512 }

  private static func pod(_ metadata: ObjectMetadata) -> Object {
    var facts = FactPairs(limitBytes: objectLimitBytes)
    facts.add("k8s.pod.name", metadata.name)
    facts.add("k8s.pod.uid", metadata.uid)
    facts.add("k8s.pod.label", each: metadata.labels ?? [:])
    facts.add("k8s.pod.annotation", each: metadata.annotations ?? [:])
    return Object(name: metadata.name, namespace: metadata.namespace, facts: facts)
  }

  /// Rancher's project, `CLUSTER:PROJECT`.
  private static let project = "field.cattle.io/projectId"

  private static func namespace(_ metadata: ObjectMetadata) -> Object {
    var facts = FactPairs(limitBytes: objectLimitBytes)
    facts.add("k8s.ns.name", metadata.name)
    facts.add("k8s.ns.project", metadata.annotations?[project])
    facts.add("k8s.ns.label", each: metadata.labels ?? [:])
    facts.add("k8s.ns.annotation", each: metadata.annotations ?? [:])
    return Object(name: metadata.name, namespace: nil, facts: facts)
  }
}

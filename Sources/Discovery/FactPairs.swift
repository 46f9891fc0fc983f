/// Facts of one source about one cgroup, as they are told in records: names of fields, and values. Bounded, whoever
/// wrote the values.
struct FactPairs {
  /// A longer value is left out: cut, it would be another.
  static let valueLimitBytes = 4096
  static let limit = 1024

  let limitBytes: Int
  private(set) var pairs: [(name: String, value: String)] = []
  /// Something was left out.
  private(set) var isCut = false
  private(set) var bytes = 0

  /// - Parameter limitBytes: of names and values.
  init(limitBytes: Int = 128 << 10) { self.limitBytes = limitBytes }

  /// - Parameter value: an empty one is a fact as well; nil: nothing is known.
  mutating func add(_ name: String, _ value: String?) {
    guard let value else { return }
    let size = name.utf8.count + value.utf8.count
    // A NUL ends a text in records: with it a name would turn into another.
    guard pairs.count < Self.limit, value.utf8.count <= Self.valueLimitBytes, bytes + size <= limitBytes,
      name.utf8.count <= 1024, !name.utf8.contains(0), !value.utf8.contains(0)
    else {
      isCut = true
      return
    }
    bytes += size
    pairs.append((name, value))
  }

  mutating func add(_ name: String, _ value: Bool?) {
    guard let value else { return }
    add(name, value ? "true" : "false")
  }

  /// A value only if there is a text: where an absent one comes as an empty one.
  mutating func addText(_ name: String, _ value: String) {
    if !value.isEmpty { add(name, value) }
  }

  /// Labels or annotations: `NAME[KEY]` for each, in the order of the keys, so that the same facts make the same record.
  mutating func add(_ name: String, each values: [String: String]) {
    for (key, value) in values.sorted(by: { $0.key < $1.key }) where !Self.isNoise(key) { add("\(name)[\(key)]", value) }
  }

  /// A whole manifest that `kubectl apply` keeps for itself, often too long to be told.
  private static func isNoise(_ key: String) -> Bool { key == "kubectl.kubernetes.io/last-applied-configuration" }
}

internal import FoundationEssentials

/// What runtimes tell beyond the interface, as JSON in forms of their own: containerd's and CRI-O's. What can't be read
/// is not known; nothing else depends on it.
struct RuntimeInfo: Decodable {
  struct Configuration: Decodable {
    struct Linux: Decodable {
      struct Context: Decodable {
        struct Namespaces: Decodable {
          /// 2: the node's.
          var network: Int?
          var pid: Int?
          var ipc: Int?
        }
        var privileged: Bool?
        var namespaceOptions: Namespaces?

        enum CodingKeys: String, CodingKey {
          case privileged
          case namespaceOptions = "namespace_options"
        }
      }
      var securityContext: Context?

      enum CodingKeys: String, CodingKey { case securityContext = "security_context" }
    }
    struct Image: Decodable { var image: String? }
    var linux: Linux?
    var image: Image?
  }
  struct Specification: Decodable {
    struct Linux: Decodable { var cgroupsPath: String? }
    var linux: Linux?
  }

  /// Of CRI-O.
  var privileged: Bool?
  /// Of containerd.
  var config: Configuration?
  var runtimeSpec: Specification?

  /// - Parameter info: as it comes with an answer; of several values the one that both runtimes give.
  init?(_ info: [String: String]) {
    guard let text = info["info"], text.utf8.count <= RuntimeClient.answerLimitBytes,
      let value = try? JSONDecoder().decode(Self.self, from: Data(text.utf8))
    else { return nil }
    self = value
  }

  /// containerd leaves out what is false.
  var isPrivileged: Bool? { privileged ?? config.map { $0.linux?.securityContext?.privileged ?? false } }
}

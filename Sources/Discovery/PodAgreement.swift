internal import Synchronization

/// What the sources that know pods tell each other, so that an identity is called known once both said their word. Any
/// thread.
///
/// The runtime says in which namespace a pod is, the API server what that namespace and the pod are labelled with.
package final class PodAgreement: Sendable {
  /// What the API server said of a pod.
  enum Word: Sendable {
    case nothing
    /// It knows the namespace; the pod it does not, or not yet: a static pod has another uid there.
    case namespace
    case pod
  }

  private struct Pod {
    var namespace: String?
    var word = Word.nothing
    /// By cgroup.
    var waiting: [UInt64: @Sendable () -> Void] = [:]
  }

  /// Pods of a node; Kubernetes allows some hundreds.
  private static let limit = 16 << 10

  private let pods = Mutex<[String: Pod]>([:])
  private let listener = Mutex<(@Sendable (String) -> Void)?>(nil)

  package init() {}

  /// - Parameter listener: called with the uid of each pod whose namespace became known by the runtime.
  func listen(_ listener: @escaping @Sendable (String) -> Void) { self.listener.withLock { $0 = listener } }

  /// - Parameter uid: as ``normal(_:)`` writes it, here and below.
  func runtimeSaid(_ uid: String, namespace: String) {
    let isNew = pods.withLock { pods in
      guard pods[uid] != nil || pods.count < Self.limit, pods[uid]?.namespace != namespace else { return false }
      pods[uid, default: Pod()].namespace = namespace
      return true
    }
    if isNew { listener.withLock { $0 }?(uid) }
  }

  func namespace(of uid: String) -> String? { pods.withLock { $0[uid]?.namespace } }

  func serverSaid(_ uid: String, _ word: Word) {
    let waiting = pods.withLock { pods -> [@Sendable () -> Void] in
      guard pods[uid] != nil || pods.count < Self.limit, pods[uid]?.word != word else { return [] }
      pods[uid, default: Pod()].word = word
      defer { pods[uid]?.waiting = [:] }
      return pods[uid].map { Array($0.waiting.values) } ?? []
    }
    for call in waiting { call() }
  }

  /// What the API server said so far; if that was nothing, `call` is called once it says more.
  func word(on uid: String, for cgroup: UInt64, orCall call: @escaping @Sendable () -> Void) -> Word {
    pods.withLock { pods in
      let word = pods[uid]?.word ?? .nothing
      if word == .nothing, pods[uid] != nil || pods.count < Self.limit { pods[uid, default: Pod()].waiting[cgroup] = call }
      return word
    }
  }

  func forget(_ uid: String) { pods.withLock { $0[uid] = nil } }

  /// A uid without what distinguishes its writings: cgroups have underscores in it where systemd makes them.
  static func normal(_ uid: String) -> String {
    String(decoding: uid.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }, as: UTF8.self).lowercased()
  }
}

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

  private struct Pods {
    var pods: [String: Pod] = [:]
    /// Whose container a cgroup is that waits.
    var uids: [UInt64: String] = [:]
  }

  private let book = Mutex(Pods())
  private let listener = Mutex<(@Sendable (String) -> Void)?>(nil)

  package init() {}

  /// - Parameter listener: called with the uid of each pod whose namespace became known by the runtime.
  func listen(_ listener: @escaping @Sendable (String) -> Void) { self.listener.withLock { $0 = listener } }

  /// - Parameter uid: as ``normal(_:)`` writes it, here and below.
  func runtimeSaid(_ uid: String, namespace: String) {
    let isNew = book.withLock { book in
      guard Self.hasRoom(for: uid, book), book.pods[uid]?.namespace != namespace else { return false }
      book.pods[uid, default: Pod()].namespace = namespace
      return true
    }
    if isNew { listener.withLock { $0 }?(uid) }
  }

  func namespace(of uid: String) -> String? { book.withLock { $0.pods[uid]?.namespace } }

  func serverSaid(_ uid: String, _ word: Word) {
    let waiting = book.withLock { book -> [@Sendable () -> Void] in
      guard Self.hasRoom(for: uid, book), book.pods[uid]?.word != word else { return [] }
      book.pods[uid, default: Pod()].word = word
      let waiting = book.pods[uid]?.waiting ?? [:]
      book.pods[uid]?.waiting = [:]
      for cgroup in waiting.keys { book.uids[cgroup] = nil }
      return Array(waiting.values)
    }
    for call in waiting { call() }
  }

  /// What the API server said so far; if that was nothing, `call` is called once it says more.
  ///
  /// - Parameter cgroup: of the container that waits.
  func word(on uid: String, for cgroup: UInt64, orCall call: @escaping @Sendable () -> Void) -> Word {
    book.withLock { book in
      let word = book.pods[uid]?.word ?? .nothing
      guard word == .nothing, Self.hasRoom(for: uid, book), book.uids.count < Self.limit else { return word }
      book.pods[uid, default: Pod()].waiting[cgroup] = call
      book.uids[cgroup] = uid
      return word
    }
  }

  /// The cgroup of a container or a pod was removed: it waits no more.
  func gone(_ cgroup: UInt64) {
    book.withLock { book in
      guard let uid = book.uids.removeValue(forKey: cgroup) else { return }
      book.pods[uid]?.waiting[cgroup] = nil
    }
  }

  func forget(_ uid: String) {
    book.withLock { book in
      for cgroup in (book.pods.removeValue(forKey: uid)?.waiting ?? [:]).keys { book.uids[cgroup] = nil }
    }
  }

  private static func hasRoom(for uid: String, _ book: Pods) -> Bool {
    book.pods[uid] != nil || book.pods.count < limit
  }

  /// A uid without what distinguishes its writings: cgroups have underscores in it where systemd makes them.
  static func normal(_ uid: String) -> String {
    String(decoding: uid.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }, as: UTF8.self).lowercased()
  }
}

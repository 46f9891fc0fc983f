package import Events
internal import NIOCore
internal import Synchronization

/// Tells what the cluster's API server knows of this node's pods and of their namespaces, and tells it again when it
/// changes. One list and one watch each of pods and namespaces, however many pods there are.
package final class ClusterInformant: Informant {
  package var source: FactSource { .kubernetes }

  /// Pods that are told of.
  private static let limit = 16 << 10
  private static let probeNanoseconds: UInt64 = 10_000_000_000

  private struct Book {
    var store = ClusterStore()
    /// Keys of a list that has not ended yet.
    var listed: [ClusterStore.Kind: Set<String>] = [:]
    /// Cgroups of pods that are there, by uid.
    var pods: [String: UInt64] = [:]
    var uids: [UInt64: String] = [:]
    /// What was told last, so that it isn't told twice.
    var told: [String: Int] = [:]
    var failures: [ClusterStore.Kind: ClusterError] = [:]
    /// Kinds that were listed.
    var answered: Set<ClusterStore.Kind> = []
    var answers: UInt64 = 0
    var failed: UInt64 = 0
    /// A pod of which runtime and server say different things.
    var contradiction: String?
    /// Somebody waits for a first answer.
    var isProbed = false
    var isStopped = false
  }

  private let inbox: Inbox
  private let agreement: PodAgreement
  private let loop: any EventLoop
  private let connection: ClusterConnection
  private let book = Mutex(Book())
  private let tasks = Mutex<[Task<Void, Never>]>([])
  private let bell = try? Bell()

  /// Begins to ask.
  /// - Parameters:
  ///   - agreement: with those who ask this node's container runtimes.
  ///   - loop: where it thinks.
  init(
    settings: ClusterSettings, timing: ClusterWatch.Timing = .init(), inbox: Inbox, agreement: PodAgreement,
    loop: any EventLoop
  ) {
    self.inbox = inbox
    self.agreement = agreement
    self.loop = loop
    connection = ClusterConnection(settings: settings, loops: loop)
    agreement.listen { [weak self] uid in self?.look(at: uid) }
    let executor = LoopExecutor(loop)
    for kind in ClusterStore.Kind.allCases {
      let watch = ClusterWatch(connection: connection, kind: kind, timing: timing) { [weak self] in self?.note($0, kind) }
      tasks.withLock { $0.append(Task(executorPreference: executor) { await watch.run() }) }
    }
  }

  package func appeared(_ inquiry: Inquiry) {
    guard inquiry.part == .pod, let uid = inquiry.workload.podUID.map(PodAgreement.normal) else { return }
    let isNew = book.withLock { book in
      guard !book.isStopped, book.pods[uid] != nil || book.pods.count < Self.limit else { return false }
      if let old = book.pods.updateValue(inquiry.cgroup, forKey: uid) { book.uids[old] = nil }
      book.uids[inquiry.cgroup] = uid
      book.told[uid] = nil
      return true
    }
    if isNew { look(at: uid) }
  }

  package func gone(_ cgroup: UInt64) {
    agreement.gone(cgroup)
    let uid = book.withLock { book -> String? in
      guard let uid = book.uids.removeValue(forKey: cgroup) else { return nil }
      book.pods[uid] = nil
      book.told[uid] = nil
      return uid
    }
    if let uid { agreement.forget(uid) }
  }

  package func stop() {
    book.withLock { $0.isStopped = true }
    for task in tasks.withLock({ $0 }) { task.cancel() }
    connection.stop()
  }

  /// Waits for the first answers.
  package func probe() -> SourceStatus {
    book.withLock { $0.isProbed = true }
    let end = KernelClock.monotonic + Self.probeNanoseconds
    while true {
      let status = status
      let now = KernelClock.monotonic
      guard status.state == .unasked, now < end, let bell else { return status }
      _ = bell.wait(milliseconds: Int32(clamping: (end - now) / 1_000_000 + 1))
      bell.silence()
    }
  }

  package var status: SourceStatus {
    book.withLock { book in
      let failure = book.failures[.pods] ?? book.failures[.namespaces]
      var remark = failure?.description ?? book.contradiction
      if failure == nil, book.store.refused > 0 { remark = "\(book.store.refused) objects found no room" }
      return SourceStatus(
        source: source, state: failure != nil ? .silent : book.answered.count < ClusterStore.Kind.allCases.count ? .unasked : .answers,
        place: connection.settings.server, remark: remark, questions: book.answers &+ book.failed, failures: book.failed,
        waiting: book.pods.count - book.told.count)
    }
  }

  // MARK: - What the server says

  private func note(_ change: ClusterWatch.Change, _ kind: ClusterStore.Kind) {
    let uids = book.withLock { book -> [String] in
      switch change {
      case .unlisted:
        book.listed[kind] = []
        return []
      case .listed(let objects, let isLast):
        for object in objects { book.listed[kind, default: []].insert(book.store.put(object, kind)) }
        guard isLast else { return [] }
        book.store.finish(kind, listed: book.listed.removeValue(forKey: kind) ?? [])
        return Array(book.pods.keys)
      case .present(let object):
        answered(&book, kind)
        return concerned(&book, book.store.put(object, kind), kind)
      case .gone(let object):
        answered(&book, kind)
        book.store.remove(object, kind)
        return []
      case .answered:
        answered(&book, kind)
        return []
      case .failed(let error):
        book.failed &+= 1
        book.failures[kind] = error
        return []
      }
    }
    for uid in uids { look(at: uid) }
    if book.withLock({ $0.isProbed }) { bell?.ring() }
  }

  private func answered(_ book: inout Book, _ kind: ClusterStore.Kind) {
    book.answers &+= 1
    book.answered.insert(kind)
    book.failures[kind] = nil
  }

  private func concerned(_ book: inout Book, _ key: String, _ kind: ClusterStore.Kind) -> [String] {
    switch kind {
    case .pods: book.pods[key] == nil ? [] : [key]
    case .namespaces:
      book.pods.keys.filter { (book.store.pods[$0]?.namespace ?? agreement.namespace(of: $0)) == key }
    }
  }

  // MARK: - What is told

  /// Tells what is known of a pod, if there is something new. Any thread; soon.
  private func look(at uid: String) { loop.execute { [weak self] in self?.tell(uid) } }

  private func tell(_ uid: String) {
    let told = book.withLock { book -> (Inbox.Facts, PodAgreement.Word, Int)? in
      guard !book.isStopped, let cgroup = book.pods[uid], let (facts, word) = known(&book, uid, cgroup) else { return nil }
      var hasher = Hasher()
      for (name, value) in facts.pairs {
        hasher.combine(name)
        hasher.combine(value)
      }
      let hash = hasher.finalize()
      return book.told[uid] == hash ? nil : (facts, word, hash)
    }
    guard let (facts, word, hash) = told else { return }
    guard inbox.leave(facts) else {
      loop.scheduleTask(in: .seconds(1)) { [weak self] in self?.tell(uid) }
      return
    }
    book.withLock { if $0.pods[uid] == facts.cgroup { $0.told[uid] = hash } }
    agreement.serverSaid(uid, word)
  }

  /// nil: not enough yet. The runtime knows a pod's namespace as well, and on this node better: a static pod has another
  /// uid at the server, and anybody may make a pod there that claims to mirror it.
  private func known(_ book: inout Book, _ uid: String, _ cgroup: UInt64) -> (Inbox.Facts, PodAgreement.Word)? {
    guard book.store.whole.count == ClusterStore.Kind.allCases.count else { return nil }
    let pod = book.store.pods[uid]
    let place = agreement.namespace(of: uid)
    if let pod, let place, pod.namespace != place {
      book.contradiction = "pod \(pod.name) is in another namespace than its runtime says"
      return nil
    }
    guard let name = pod?.namespace ?? place, let namespace = book.store.namespaces[name] else { return nil }
    let facts = (pod?.facts.pairs ?? []) + namespace.facts.pairs
    let isCut = pod?.facts.isCut == true || namespace.facts.isCut
    return (
      Inbox.Facts(cgroup: cgroup, source: .kubernetes, identity: .unsaid, pairs: facts, isCut: isCut),
      pod == nil ? .namespace : .pod
    )
  }
}

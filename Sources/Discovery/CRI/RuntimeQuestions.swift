internal import Events
internal import NIOCore
internal import Synchronization

/// What a container runtime is asked about a container, and what is made of its answers: on the thread of its desk.
final class RuntimeQuestions: Sendable {
  private let client: RuntimeClient
  private let agreement: PodAgreement?
  private let name = Mutex<String?>(nil)
  /// Asks about a container once more.
  private let again = Mutex<(@Sendable (Inquiry) -> Void)?>(nil)

  /// - Parameter agreement: nil: no API server is asked, so the runtime's word is enough.
  init(client: RuntimeClient, agreement: PodAgreement?) {
    self.client = client
    self.agreement = agreement
  }

  /// - Parameters:
  ///   - path: of the runtime's socket, which may come and go.
  ///   - timeout: of each question; a container takes three.
  static func desk(
    path: String, timeout: Duration = .seconds(2), inbox: Inbox, agreement: PodAgreement?, loop: any EventLoop,
    timing: QuestionDesk.Timing = .init()
  ) -> QuestionDesk {
    let questions = RuntimeQuestions(client: RuntimeClient(path: path, timeout: timeout, loop: loop), agreement: agreement)
    let desk = QuestionDesk(
      source: .cri, inbox: inbox, timing: timing, place: { RuntimeSocket.isHere(path) ? path : nil }, wants: wants,
      ask: questions.ask)
    questions.again.withLock { $0 = { [weak desk] inquiry in desk?.appeared(inquiry) } }
    return desk
  }

  /// A container of a pod. What has the name of another runtime's container is not asked about, except Docker's, which
  /// answers for its pods through cri-dockerd.
  private static func wants(_ inquiry: Inquiry) -> Bool {
    guard let workload = CgroupWorkload(path: inquiry.path), workload.containerID != nil else { return false }
    return workload.podUID != nil || workload.runtime == .containerd || workload.runtime == .crio
  }

  private func ask(_ inquiry: Inquiry) -> QuestionDesk.Answer {
    guard let workload = CgroupWorkload(path: inquiry.path), let id = workload.containerID else { return .notAsked }
    do throws(RuntimeError) {
      let facts = try facts(id)
      try check(facts, workload, id)
      return .facts([told(facts, workload, inquiry)])
    } catch {
      switch error {
      case .notFound: return .nothing
      case .refused(let reason), .lie(let reason): return .refusal(reason)
      case .silent(let reason): return .failure(reason)
      }
    }
  }

  private func facts(_ id: String) throws(RuntimeError) -> ContainerFacts {
    let runtime = try runtimeName()
    let container: Runtime_V1_ContainerStatusResponse
    do throws(RuntimeError) { container = try client.container(id) } catch {
      guard case .notFound = error else { throw error }
      // It may be the sandbox itself, whose cgroup looks the same.
      let sandbox = try client.sandbox(id)
      return ContainerFacts(
        runtime: runtime, sandbox: sandbox.status, sandboxInfo: RuntimeInfo(sandbox.info))
    }
    let sandbox = try client.sandbox(client.sandbox(ofContainer: id))
    return ContainerFacts(
      runtime: runtime, container: container.status, info: RuntimeInfo(container.info), sandbox: sandbox.status,
      sandboxInfo: nil)
  }

  private func runtimeName() throws(RuntimeError) -> String {
    if let name = name.withLock({ $0 }) { return name }
    let told = try client.name()
    name.withLock { $0 = told }
    return told
  }

  /// What it says must fit the cgroup that was asked about: the cgroup's path is the kernel's word.
  private func check(_ facts: ContainerFacts, _ workload: CgroupWorkload, _ id: String) throws(RuntimeError) {
    if let uid = workload.podUID, PodAgreement.normal(uid) != PodAgreement.normal(facts.sandbox.metadata.uid) {
      throw .lie("container \(id) is in the cgroup of pod \(uid), but it told of another pod")
    }
    let info = facts.container == nil ? facts.sandboxInfo : facts.info
    if let path = info?.runtimeSpec?.linux?.cgroupsPath, !path.isEmpty, !path.hasSuffix(id) {
      throw .lie("asked for container \(id), it told of another cgroup")
    }
  }

  private func told(_ facts: ContainerFacts, _ workload: CgroupWorkload, _ inquiry: Inquiry) -> Inbox.Facts {
    var identity = Identity.known
    var word = PodAgreement.Word.nothing
    // A container that is in no pod's cgroup is none of the cluster's.
    if let agreement, let uid = workload.podUID.map(PodAgreement.normal) {
      agreement.runtimeSaid(uid, namespace: facts.sandbox.metadata.namespace)
      word = agreement.word(on: uid, for: inquiry.cgroup) { [self] in again.withLock { $0 }?(inquiry) }
      if word == .nothing { identity = .pending }
    }
    // Labels of a pod change, and the API server knows how they are now.
    let pairs = facts.pairs(tellsPod: word != .pod)
    return Inbox.Facts(
      cgroup: inquiry.cgroup, source: .cri, identity: identity, pairs: pairs.pairs, isCut: pairs.isCut)
  }
}

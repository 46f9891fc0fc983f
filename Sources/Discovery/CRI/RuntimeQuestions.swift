internal import Events
internal import NIOCore
internal import Synchronization

/// What this node's container runtimes are asked about a container, and what is made of their answers: on the thread of
/// their desk. Their sockets may come and go; a node has one, or two of which one does not know its containers.
final class RuntimeQuestions: Sendable {
  private let clients: [RuntimeClient]
  private let agreement: PodAgreement?
  /// What each runtime calls itself, by its socket.
  private let names = Mutex<[String: String]>([:])
  /// Asks about a container once more.
  private let again = Mutex<(@Sendable (Inquiry) -> Void)?>(nil)

  /// - Parameter agreement: nil: no API server is asked, so a runtime's word is enough.
  init(clients: [RuntimeClient], agreement: PodAgreement?) {
    self.clients = clients
    self.agreement = agreement
  }

  /// - Parameters:
  ///   - paths: of the runtimes' sockets.
  ///   - timeout: of each question; a container takes three.
  static func desk(
    paths: [String], timeout: Duration = .seconds(2), inbox: Inbox, agreement: PodAgreement?, loop: any EventLoop,
    timing: QuestionDesk.Timing = .init()
  ) -> QuestionDesk {
    let clients = paths.map { RuntimeClient(path: $0, timeout: timeout, loop: loop) }
    let questions = RuntimeQuestions(clients: clients, agreement: agreement)
    let desk = QuestionDesk(
      source: .cri, inbox: inbox, timing: timing, place: { questions.place }, wants: wants, ask: questions.ask,
      probe: questions.probe)
    questions.again.withLock { $0 = { [weak desk] inquiry in desk?.appeared(inquiry) } }
    return desk
  }

  /// A container of a pod, or one that is called as the runtimes that speak the CRI call theirs.
  private static func wants(_ inquiry: Inquiry) -> Bool {
    let workload = inquiry.workload
    return inquiry.part == .container
      && (workload.podUID != nil || workload.runtime == .containerd || workload.runtime == .crio)
  }

  private var here: [RuntimeClient] { clients.filter { RuntimeSocket.isHere($0.path) } }

  private var place: String? {
    let paths = here.map(\.path)
    return paths.isEmpty ? nil : paths.joined(separator: ", ")
  }

  /// Asks each for its name; one that tells it is enough.
  private func probe() -> String? {
    var reasons: [String] = []
    for client in here {
      do throws(RuntimeError) {
        _ = try client.name()
        return nil
      } catch {
        reasons.append("\(error)")
      }
    }
    return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
  }

  private func ask(_ inquiry: Inquiry) -> QuestionDesk.Answer {
    guard let id = inquiry.workload.containerID else { return .notAsked }
    var refusal: String?
    var failure: String?
    var isUnknown = false
    for client in here {
      do throws(RuntimeError) {
        let facts = try facts(id, client)
        try check(facts, inquiry.workload, id)
        return .facts([told(facts, inquiry)])
      } catch {
        switch error {
        case .notFound: isUnknown = true
        case .lie(let reason): return .refusal(reason)
        case .refused(let reason): refusal = reason
        case .silent(let reason): failure = reason
        }
      }
    }
    if let failure { return .failure(failure) }
    // Beside one that answers, one that speaks no CRI is nothing to tell of.
    if let refusal, !isUnknown { return .refusal(refusal) }
    return .nothing
  }

  private func facts(_ id: String, _ client: RuntimeClient) throws(RuntimeError) -> ContainerFacts {
    let runtime = try name(client)
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

  private func name(_ client: RuntimeClient) throws(RuntimeError) -> String {
    if let name = names.withLock({ $0[client.path] }) { return name }
    let told = try client.name()
    names.withLock { $0[client.path] = told }
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

  private func told(_ facts: ContainerFacts, _ inquiry: Inquiry) -> Inbox.Facts {
    var identity = Identity.known
    var word = PodAgreement.Word.nothing
    // A container that is in no pod's cgroup is none of the cluster's.
    if let agreement, let uid = inquiry.workload.podUID.map(PodAgreement.normal) {
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

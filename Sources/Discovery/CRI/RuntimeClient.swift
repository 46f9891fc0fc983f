internal import Events
internal import NIOCore
internal import SwiftProtobuf

/// Asks a container runtime. Blocks; what it sends is bounded in size, and each question
/// in time.
struct RuntimeClient: Sendable {
  /// A message may have as many bytes. A container's labels and annotations are kept to a few hundred kilobytes by
  /// Kubernetes; its specification, which comes with them, is of that order.
  static let answerLimitBytes = 4 << 20

  let path: String
  private let connection: RPCConnection

  /// - Parameters:
  ///   - path: of the runtime's socket.
  ///   - timeout: of each question.
  init(path: String, timeout: Duration, loop: any EventLoop) {
    self.path = path
    connection = RPCConnection(
      path: path, timeout: TimeAmount(timeout), answerLimitBytes: Self.answerLimitBytes, loop: loop)
  }

  func close() { connection.close() }

  /// What the runtime calls itself: `containerd`, `cri-o`, `docker`.
  func name() throws(RuntimeError) -> String {
    try ask("Version", Runtime_V1_VersionRequest(), for: Runtime_V1_VersionResponse.self).runtimeName
  }

  /// - Parameter id: whole. The runtime takes a beginning too, but its answer is then refused.
  func container(_ id: String) throws(RuntimeError) -> Runtime_V1_ContainerStatusResponse {
    let request = Runtime_V1_ContainerStatusRequest.with {
      $0.containerID = id
      $0.verbose = true
    }
    let answer = try ask("ContainerStatus", request, for: Runtime_V1_ContainerStatusResponse.self)
    guard answer.status.id == id else { throw .lie("asked for container \(id), it told of another") }
    return answer
  }

  /// The sandbox that a container is in.
  func sandbox(ofContainer id: String) throws(RuntimeError) -> String {
    let request = Runtime_V1_ListContainersRequest.with { $0.filter.id = id }
    let answer = try ask("ListContainers", request, for: Runtime_V1_ListContainersResponse.self)
    guard let container = answer.containers.first(where: { $0.id == id }) else { throw .notFound }
    return container.podSandboxID
  }

  func sandbox(_ id: String) throws(RuntimeError) -> Runtime_V1_PodSandboxStatusResponse {
    let request = Runtime_V1_PodSandboxStatusRequest.with {
      $0.podSandboxID = id
      $0.verbose = true
    }
    let answer = try ask("PodSandboxStatus", request, for: Runtime_V1_PodSandboxStatusResponse.self)
    guard answer.status.id == id else { throw .lie("asked for pod sandbox \(id), it told of another") }
    return answer
  }

  private func ask<Request: Message, Answer: Message>(
    _ method: String, _ request: Request, for answer: Answer.Type
  ) throws(RuntimeError) -> Answer {
    do throws(RPCError) {
      let request: [UInt8] = (try? request.serializedBytes()) ?? []  // strings alone: always fits
      let bytes = try connection.call("/runtime.v1.RuntimeService/\(method)", request)
      guard let answer = try? Answer(serializedBytes: bytes) else { throw .nonsense("it is no \(Answer.protoMessageName)") }
      return answer
    } catch {
      throw Self.reason(error, method)
    }
  }

  private static func reason(_ error: RPCError, _ method: String) -> RuntimeError {
    switch error {
    case .status(RPCError.notFound, _): .notFound
    case .status(let status, let text): .refused("\(method): \(DisplayText.escaped(text)) (status \(status))")
    case .nonsense(let text): .refused("\(method): \(text)")
    case .late: .silent("\(method): no answer in time")
    case .lost(let text): .silent("\(method): \(DisplayText.escaped(text, limit: 200))")
    }
  }
}

internal import AsyncHTTPClient
internal import Events
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import Synchronization

/// Asks the API server. Its answers are bounded in size and in time, what they end with is an error.
final class ClusterConnection: Sendable {
  static let pageLimitBytes = 32 << 20
  /// The server keeps an object to 1.5 MB; escaped it may be longer.
  static let lineLimitBytes = 8 << 20
  static let fileLimitBytes = 1 << 20

  private struct Client {
    var client: HTTPClient?
    var certificates: [UInt8] = []
    var isStopped = false
  }

  let settings: ClusterSettings
  private let loops: any EventLoopGroup
  private let client = Mutex(Client())

  init(settings: ClusterSettings, loops: any EventLoopGroup) {
    self.settings = settings
    self.loops = loops
  }

  func stop() {
    let last = client.withLock { client in
      client.isStopped = true
      return client.client.take()
    }
    Self.shutDown(last)
  }

  /// - Parameters:
  ///   - path: with its query.
  ///   - kind: the form that is asked for.
  func list(_ path: String) async throws(ClusterError) -> ObjectList {
    let response = try await send(path, as: "PartialObjectMetadataList", timeout: .seconds(30))
    let body: ByteBuffer
    do { body = try await response.body.collect(upTo: Self.pageLimitBytes) } catch is NIOTooManyBytesError {
      throw .tooLong
    } catch {
      throw .unreachable(Self.text(error))
    }
    do { return try JSONDecoder().decode(ObjectList.self, from: Data(body.readableBytesView)) } catch {
      throw .malformed("the list can't be read")
    }
  }

  /// Until the server ends it.
  ///
  /// - Parameters:
  ///   - timeoutSeconds: what the path says.
  ///   - begun: called when the server has agreed.
  func watch(
    _ path: String, timeoutSeconds: Int64, begun: () -> Void, _ body: (WatchEvent.Change) throws(ClusterError) -> Void
  ) async throws(ClusterError) {
    let response = try await send(path, as: "PartialObjectMetadata", timeout: .seconds(timeoutSeconds + 30))
    begun()
    var lines = LineSplitter(limitBytes: Self.lineLimitBytes)
    let decoder = JSONDecoder()
    var pieces = response.body.makeAsyncIterator()
    while true {
      let piece: ByteBuffer?
      do { piece = try await pieces.next() } catch { throw .unreachable(Self.text(error)) }
      guard let piece else { break }
      try lines.append(piece.readableBytesView) { (line) throws(ClusterError) in
        guard let event = try? decoder.decode(WatchEvent.self, from: Data(line)) else {
          throw .malformed("a line of the watch can't be read")
        }
        try body(event.change)
      }
    }
    guard lines.isEmpty else { throw .malformed("the watch ended within a line") }
  }

  private func send(_ path: String, as kind: String, timeout: TimeAmount) async throws(ClusterError) -> HTTPClientResponse {
    let client = try currentClient()
    var request = HTTPClientRequest(url: settings.server + path)
    request.headers.add(name: "Accept", value: "application/json;as=\(kind);v=v1;g=meta.k8s.io")
    request.headers.add(name: "User-Agent", value: "selvage")
    if let token = try token() { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    let response: HTTPClientResponse
    do { response = try await client.execute(request, deadline: .now() + timeout) } catch {
      throw .unreachable(Self.text(error))
    }
    guard response.status.code != 410 else { throw .expired }
    guard response.status.code == 200 else {
      let body = try? await response.body.collect(upTo: 64 << 10)
      let status = body.flatMap { try? JSONDecoder().decode(ServerStatus.self, from: Data($0.readableBytesView)) }
      throw .status(
        Int(response.status.code), DisplayText.escaped(status?.message ?? response.status.reasonPhrase, limit: 200))
    }
    return response
  }

  private func token() throws(ClusterError) -> String? {
    guard let path = settings.tokenPath else { return nil }
    let bytes = try Self.read(path)
    let token = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).first.map(String.init)
    guard let token, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .settings("\(path) has no token") }
    return token
  }

  /// A new one when the certificates are others.
  private func currentClient() throws(ClusterError) -> HTTPClient {
    let certificates = try settings.certificatePath.map { (path) throws(ClusterError) in try Self.read(path) } ?? []
    let made: Result<(HTTPClient, old: HTTPClient?), ClusterError> = client.withLock { client in
      if client.isStopped { return .failure(.unreachable("it was stopped")) }
      if let current = client.client, client.certificates == certificates { return .success((current, nil)) }
      do throws(ClusterError) {
        let new = try Self.makeClient(certificates, loops)
        defer { client = Client(client: new, certificates: certificates) }
        return .success((new, client.client))
      } catch {
        return .failure(error)
      }
    }
    let (current, old) = try made.get()
    Self.shutDown(old)
    return current
  }

  private static func makeClient(_ certificates: [UInt8], _ loops: any EventLoopGroup) throws(ClusterError) -> HTTPClient {
    var tls = TLSConfiguration.makeClientConfiguration()
    if !certificates.isEmpty {
      do { tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(certificates)) } catch {
        throw .settings("the API server's certificates can't be read: \(text(error))")
      }
    }
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls, redirectConfiguration: .disallow,
      // Bookmarks come each minute: a server that says nothing for two is gone.
      timeout: .init(connect: .seconds(5), read: .seconds(120)), decompression: .disabled)
    configuration.httpVersion = .http1Only
    return HTTPClient(eventLoopGroupProvider: .shared(loops), configuration: configuration)
  }

  private static func shutDown(_ client: HTTPClient?) {
    guard let client else { return }
    Task { try? await client.shutdown() }
  }

  private static func read(_ path: String) throws(ClusterError) -> [UInt8] {
    guard let data = try? Data(contentsOf: URL(filePath: path)), data.count <= fileLimitBytes else {
      throw .settings("\(path) can't be read")
    }
    return Array(data)
  }

  private static func text(_ error: any Error) -> String { DisplayText.escaped("\(error)", limit: 200) }
}

/// Follows one kind of object: lists all, then watches what changes, from the version of the list on; and when the server
/// has forgotten that version, or tells of an error, lists anew. Never ends by itself.
struct ClusterWatch: Sendable {
  enum Change: Sendable {
    /// A page of a list, the last one or not.
    case listed([ObjectMetadata], isLast: Bool)
    /// A list was broken off: it begins anew.
    case unlisted
    case present(ObjectMetadata)
    case gone(ObjectMetadata)
    /// A question was answered, or not: why.
    case answered
    case failed(ClusterError)
  }

  struct Timing: Sendable {
    var firstRetry = Duration.milliseconds(500)
    var longestRetry = Duration.seconds(60)
    /// A watch that lasted so long was a good one, even if it told nothing.
    var goodWatch = Duration.seconds(5)
    /// How long the server keeps a watch open.
    var watchSeconds: Int64 = 240
    /// Objects of a page.
    var pageLimit = 500
  }

  let connection: ClusterConnection
  let kind: ClusterStore.Kind
  var timing = Timing()
  /// In the order of their happening, one at a time.
  let tell: @Sendable (Change) -> Void

  /// Until its task is cancelled.
  func run() async {
    var delay = RetryDelay(first: timing.firstRetry, longest: timing.longestRetry)
    var pageLimit = timing.pageLimit
    var version: String?
    while !Task.isCancelled {
      var reached = version
      do throws(ClusterError) {
        if reached == nil {
          version = try await list(pageLimit)
          continue
        }
        let start = ContinuousClock.now
        try await watch(&reached)
        defer { version = reached }
        if reached != version || ContinuousClock.now - start >= timing.goodWatch {
          delay.reset()
          continue
        }
      } catch {
        guard !Task.isCancelled else { return }
        switch error {
        // A broken connection loses nothing: it goes on from the last change that was told.
        case .unreachable, .settings: version = reached
        case .expired, .malformed, .status: version = nil
        case .tooLong: pageLimit = max(pageLimit / 8, 1)
        }
        if error != .expired { tell(.failed(error)) }
      }
      try? await Task.sleep(for: delay.take())
    }
  }

  /// - Returns: the version that the list is of.
  private func list(_ pageLimit: Int) async throws(ClusterError) -> String {
    var next: String?
    var pages = 0
    tell(.unlisted)
    while true {
      let list = try await connection.list(path + "limit=\(pageLimit)" + (next.map { "&continue=\(Self.escaped($0))" } ?? ""))
      pages += 1
      next = list.metadata.continue.flatMap { $0.isEmpty ? nil : $0 }
      tell(.listed(list.items.map(\.metadata), isLast: next == nil))
      guard next == nil else {
        // A server that never comes to an end has told more than there can be.
        guard pages < 100_000, !list.items.isEmpty else { throw .malformed("the list has no end") }
        continue
      }
      guard let version = list.metadata.resourceVersion, !version.isEmpty else { throw .malformed("the list has no version") }
      tell(.answered)
      return version
    }
  }

  /// - Parameter version: from which on; then up to which all was told.
  private func watch(_ version: inout String?) async throws(ClusterError) {
    let query = "watch=1&allowWatchBookmarks=true&timeoutSeconds=\(timing.watchSeconds)"
    let from = "&resourceVersion=\(Self.escaped(version ?? ""))"
    try await connection.watch(path + query + from, timeoutSeconds: timing.watchSeconds, begun: { tell(.answered) }) {
      (change) throws(ClusterError) in
      switch change {
      case .present(let object):
        tell(.present(object))
        version = object.resourceVersion ?? version
      case .gone(let object):
        tell(.gone(object))
        version = object.resourceVersion ?? version
      case .bookmark(let seen): if !seen.isEmpty { version = seen }
      case .failure(let status):
        if status.code == 410 { throw .expired }
        throw .status(status.code ?? 0, status.message ?? "")
      }
    }
  }

  private var path: String {
    switch kind {
    case .pods: "/api/v1/pods?fieldSelector=spec.nodeName%3D\(Self.escaped(connection.settings.node))&"
    case .namespaces: "/api/v1/namespaces?"
    }
  }

  private static func escaped(_ text: String) -> String {
    text.utf8.reduce(into: "") { result, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default: result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
  }
}

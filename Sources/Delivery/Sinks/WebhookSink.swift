internal import Engine
internal import Events
internal import NIOHTTP1

/// A server that takes batches of alerts by HTTP: POST, acknowledged by a status of 2xx.
///
/// A batch that the server refuses for what is in it (400, 413, 422) is posted again by halves, until the alert is alone
/// that it refuses; that one is given up. All else may come right: it is tried again, later where the server says when.
/// So is what it refuses for a wrong address or token: no alert is to be lost by a slip in the configuration.
final class WebhookSink: Sink {
  private static let longestBody = 1 << 20
  private static let longestWaitSeconds = 600

  private let address: WebhookAddress
  private let setting: WebhookSetting
  private let stream: StreamAddress
  private let headers: HeadersFile?
  private let options: StreamOptions
  private var tls: TLSFiles?
  private var connection: StreamConnection?
  private let exchange = HTTPExchange()
  /// The server asked to be left alone so long.
  private var retryAfterSeconds: Int?
  /// So many alerts the server may take at once.
  private var batch = Int.max

  /// - Throws: ``DeliveryError`` for files that can't be used.
  init(_ address: WebhookAddress, _ setting: WebhookSetting, options: StreamOptions = StreamOptions()) throws(DeliveryError) {
    self.address = address
    self.setting = setting
    self.options = options
    stream = try StreamAddress(host: address.host, port: address.port)
    headers = setting.headersFile.map { HeadersFile(path: $0) }
    tls = address.isEncrypted ? try TLSFiles(setting.tls) : nil
    _ = try headers?.read()
  }

  var pace: RetryPace {
    guard let retryAfterSeconds else { return .remote }
    // A pause is half of it at least.
    let milliseconds = min(retryAfterSeconds, Self.longestWaitSeconds) * 2000
    return RetryPace(firstMilliseconds: max(milliseconds, 100), longestMilliseconds: max(milliseconds, 10_000))
  }

  func failOver() { connection = nil }
  func reopen() throws(DeliveryError) { connection = nil }

  func deliver(_ alerts: [OutgoingAlert], stop: StopSignal, confirm: (Int) -> Void) throws(DeliveryError) {
    let lines = alerts.map { setting.format.line(for: $0.alert, place: $0.place, limit: setting.limit) }
    var first = 0
    while first < alerts.count {
      let count = Self.count(lines[first...], atMost: batch)
      let range = first..<first + count
      let response = try post(lines[range], ids: (alerts[first].alert.id, alerts[range.upperBound - 1].alert.id), stop)
      retryAfterSeconds = response.retryAfterSeconds
      switch response.status {
      case 200..<300:
        first = range.upperBound
        batch = batch > Int.max / 2 ? .max : batch * 2
        retryAfterSeconds = nil
        confirm(first)
      case 400, 413, 422:
        guard count > 1 else { throw .refused("\(address.name): \(Self.reason(response))") }
        batch = count / 2
      default: throw .receiver(name: address.name, reason: Self.reason(response))
      }
    }
  }

  /// Alerts that fit into a body; one at least.
  private static func count(_ lines: ArraySlice<[UInt8]>, atMost limit: Int) -> Int {
    var bytes = 0
    var count = 0
    for line in lines {
      bytes += line.count + 1
      guard count == 0 || (bytes <= longestBody && count < limit) else { break }
      count += 1
    }
    return count
  }

  private static func reason(_ response: HTTPResponse) -> String {
    let text = DisplayText.escaped(String(decoding: response.excerpt.prefix(200), as: UTF8.self))
    return text.isEmpty ? "it answers with \(response.status)" : "it answers with \(response.status): \(text)"
  }

  private func post(
    _ lines: ArraySlice<[UInt8]>, ids: (String, String), _ stop: StopSignal
  ) throws(DeliveryError) -> HTTPResponse {
    let body = body(lines)
    let head = try head(bodyBytes: body.count, ids: ids)
    if connection != nil {
      // The server may have closed it meanwhile: that is no failure. It knows the batch by its key if it had it already.
      if let response = try post(head, body, mayHaveEnded: true) { return response }
    }
    let exchange = exchange
    connection = try StreamConnection(
      to: stream, tls: tls?.context(for: stream), isAnswered: false, options: options, stop: stop
    ) { state in HTTPExchangeHandler.pipeline(exchange, state) }
    guard let response = try post(head, body, mayHaveEnded: false) else {
      throw .receiver(name: address.name, reason: "it closed the connection without an answer")
    }
    return response
  }

  private var isArray: Bool { setting.body == .array && setting.format.isJSON }

  private func body(_ lines: ArraySlice<[UInt8]>) -> [UInt8] {
    var body: [UInt8] = isArray ? [UInt8(ascii: "[")] : []
    for (index, line) in lines.enumerated() {
      if isArray, index > 0 { body.append(UInt8(ascii: ",")) }
      body += line
      if !isArray { body.append(UInt8(ascii: "\n")) }
    }
    if isArray { body.append(UInt8(ascii: "]")) }
    return body
  }

  private func head(bodyBytes: Int, ids: (String, String)) throws(DeliveryError) -> HTTPRequestHead {
    let type = isArray ? "application/json" : setting.format.isJSON ? "application/x-ndjson" : "text/plain; charset=utf-8"
    var headers: HTTPHeaders = [
      "Host": address.authority, "User-Agent": "\(Product.name)/\(Product.version)", "Content-Type": type,
      "Content-Length": String(bodyBytes),
      "Idempotency-Key": "\"\(Self.printable(ids.0))..\(Self.printable(ids.1))\"",
    ]
    for (name, value) in try self.headers?.read() ?? [] { headers.add(name: name, value: value) }
    return HTTPRequestHead(version: .http1_1, method: .POST, uri: address.target, headers: headers)
  }

  /// Of what a quoted text may have (RFC 8941, 3.3.3).
  private static func printable(_ id: String) -> String {
    String(decoding: id.utf8.map { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C ? $0 : 0x5F }, as: UTF8.self)
  }

  /// - Returns: nil: the connection has ended before an answer began.
  private func post(_ head: HTTPRequestHead, _ body: [UInt8], mayHaveEnded: Bool) throws(DeliveryError) -> HTTPResponse? {
    let deadline = MonotonicTime.now().adding(milliseconds: options.answerMilliseconds)
    exchange.begin(head)
    do throws(DeliveryError) {
      connection?.write(body)
      while true {
        let ending = connection?.ending  // before the look at the answer, which may have come before the end
        if let response = exchange.response {
          if !response.isKeptAlive { connection = nil }
          return response
        }
        if let ending {
          guard mayHaveEnded, !exchange.hasBegun else { throw ending }
          connection = nil
          return nil
        }
        if try connection?.wait(until: deadline) != true {
          throw .receiver(name: address.name, reason: "no answer in time")
        }
      }
    } catch {
      connection = nil
      throw error
    }
  }
}

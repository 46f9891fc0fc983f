/// Reads one response of HTTP/1.1 (RFC 9112) from bytes as they come. What a server can make it keep is bounded.
struct HTTPResponseReader {
  /// The response is none.
  struct Malformed: Error, Equatable {
    let reason: String
  }

  private enum State {
    /// The status line or the next header.
    case head
    case body(left: Int)
    case untilEnd
    case chunkSize
    case chunk(left: Int)
    case chunkEnd
    case trailer
  }

  private static let longestLine = 8192
  private static let longestHead = 32_768
  /// A longer body is not read to its end: the connection ends instead.
  private static let longestBody = 1 << 20
  private static let excerpt = 512

  private(set) var response: HTTPResponse?

  private var state = State.head
  private var line: [UInt8] = []
  private var headBytes = 0
  private var bodyBytes = 0
  private var status: Int?
  private var length: Int?
  private var isChunked = false
  private var isKeptAlive = true
  private var retryAfterSeconds: Int?
  private var body: [UInt8] = []

  /// Something of a response came.
  var hasBegun: Bool { status != nil || !line.isEmpty }

  mutating func read(_ bytes: [UInt8]) throws(Malformed) {
    var rest = bytes[...]
    while response == nil, !rest.isEmpty {
      switch state {
      case .body(let left): try take(&rest, left) { .body(left: $0) }
      case .chunk(let left): try take(&rest, left) { .chunk(left: $0) }
      case .untilEnd: try take(&rest, .max) { _ in .untilEnd }
      case .head, .chunkSize, .chunkEnd, .trailer: try takeLine(&rest)
      }
    }
  }

  /// The server has closed the connection: the end of a body that has no other.
  mutating func end() {
    guard case .untilEnd = state else { return }
    isKeptAlive = false
    finish()
  }

  private mutating func take(_ rest: inout ArraySlice<UInt8>, _ left: Int, _ next: (Int) -> State) throws(Malformed) {
    let part = rest.prefix(left)
    rest = rest.dropFirst(part.count)
    body.append(contentsOf: part.prefix(Self.excerpt - body.count))
    bodyBytes += part.count
    guard bodyBytes <= Self.longestBody else {
      isKeptAlive = false
      return finish()
    }
    guard part.count == left else {
      state = next(left - part.count)
      return
    }
    if case .chunk = state { state = .chunkEnd } else { finish() }
  }

  private mutating func takeLine(_ rest: inout ArraySlice<UInt8>) throws(Malformed) {
    let part = rest.prefix { $0 != UInt8(ascii: "\n") }
    let isWhole = part.count < rest.count
    rest = rest.dropFirst(part.count + 1)
    line.append(contentsOf: part)
    headBytes += part.count
    guard line.count <= Self.longestLine, headBytes <= Self.longestHead else { throw Malformed(reason: "its head is too long") }
    guard isWhole else { return }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    let text = String(decoding: line, as: UTF8.self)
    line = []
    switch state {
    case .head: try takeHead(text)
    case .chunkSize:
      let digits = text.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }
      guard digits.first?.isHexDigit == true, let size = Int(digits, radix: 16) else {
        throw Malformed(reason: "a chunk has no size")
      }
      state = size == 0 ? .trailer : .chunk(left: size)
    case .chunkEnd:
      guard text.isEmpty else { throw Malformed(reason: "a chunk is longer than it says") }
      // Chunks' sizes are no part of the head.
      headBytes = 0
      state = .chunkSize
    case .trailer: if text.isEmpty { finish() }
    case .body, .chunk, .untilEnd: break
    }
  }

  private mutating func takeHead(_ text: String) throws(Malformed) {
    guard let status else {
      let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), parts[1].utf8.count == 3, let status = Int(parts[1]),
        (100...599).contains(status)
      else { throw Malformed(reason: "it does not speak HTTP/1.1") }
      self.status = status
      isKeptAlive = parts[0] != "HTTP/1.0"
      return
    }
    guard text.isEmpty else { return try takeHeader(text) }
    if status < 200 {  // more is to come
      self.status = nil
    } else if status == 204 || status == 304 || (length == 0 && !isChunked) {
      finish()
    } else {
      state = isChunked ? .chunkSize : length.map { .body(left: $0) } ?? .untilEnd
      headBytes = 0
    }
  }

  private mutating func takeHeader(_ text: String) throws(Malformed) {
    guard let colon = text.firstIndex(of: ":") else { throw Malformed(reason: "a header has no colon") }
    let value = Self.trimmed(text[text.index(after: colon)...])
    switch text[..<colon].lowercased() {
    case "content-length":
      guard value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(value), length == nil || length == number
      else { throw Malformed(reason: "its length is none") }
      length = number
    case "transfer-encoding": isChunked = value.lowercased().hasSuffix("chunked")
    case "connection": if value.lowercased().contains("close") { isKeptAlive = false }
    case "retry-after": retryAfterSeconds = Int(value).flatMap { $0 >= 0 ? $0 : nil }
    default: break
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }

  private mutating func finish() {
    response = HTTPResponse(
      status: status ?? 0, retryAfterSeconds: retryAfterSeconds, isKeptAlive: isKeptAlive, excerpt: body)
  }
}

/// What a server said to a request.
struct HTTPResponse: Sendable {
  let status: Int
  /// Of `Retry-After`, when it is a number.
  let retryAfterSeconds: Int?
  /// The connection can be used for another request.
  let isKeptAlive: Bool
  /// Of the body, its beginning.
  let excerpt: [UInt8]
}

internal import Delivery
internal import HTTPTypes

/// What somebody gets who asked.
enum Answer: Sendable {
  case json(HTTPResponse.Status, [UInt8])
  /// Alerts, a line each. Of one that follows, on and on.
  case alerts(AlertReader, isFollowing: Bool)
}

internal import Delivery
internal import HTTPTypes

/// What somebody gets who asked.
enum Answer: Sendable {
  case whole(HTTPResponse.Status, type: String, [UInt8])
  /// Alerts, a line each. Of one that follows, on and on.
  case alerts(AlertReader, isFollowing: Bool)

  static func json(_ status: HTTPResponse.Status, _ bytes: [UInt8]) -> Answer {
    .whole(status, type: "application/json", bytes)
  }
}

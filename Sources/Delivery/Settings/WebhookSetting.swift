package import Rules

/// Servers that take batches of alerts by HTTP, one of which gets them: the first that works.
package struct WebhookSetting: Sendable, Equatable {
  package enum Body: String, CaseIterable, Sendable {
    /// A JSON array (`application/json`); formats that are no JSON go as lines.
    case array
    /// A line an alert (`application/x-ndjson`).
    case lines
  }

  /// At least one, in order of preference.
  package var addresses: [WebhookAddress]
  package var format: AlertFormat
  package var body: Body
  /// Bytes an alert.
  package var limit: Int
  /// Of a file with more headers, as `Authorization: Bearer ...`, a line each; nil: there are none.
  package var headersFile: String?
  package var tls: TLSSetting

  package static let usualLimit = 65_536

  package init(
    _ addresses: [WebhookAddress], format: AlertFormat = .json, body: Body = .array, limit: Int = usualLimit,
    headersFile: String? = nil, tls: TLSSetting = TLSSetting()
  ) {
    self.addresses = addresses
    self.format = format
    self.body = body
    self.limit = limit
    self.headersFile = headersFile
    self.tls = tls
  }
}

/// How a sink is doing: its counts, and what else there is to say.
@dynamicMemberLookup package struct SinkStatus: Sendable, Equatable {
  /// ``SinkSetting/name``.
  package let name: String
  /// Whose sink it is; nil: the site's.
  package let tenant: String?
  /// What `delivered` means here.
  package let confirmation: Confirmation
  package internal(set) var counts: SinkCounts
  /// What went wrong last, also when it went right again since. nil: nothing ever did.
  package internal(set) var lastError: String?
  /// Attempts that failed, each followed by another.
  package internal(set) var retries: UInt64
  /// From where an alert is sent on its way to where it is delivered. Only of alerts of this agent.
  package internal(set) var latency: LatencyHistogram

  package init(
    name: String, tenant: String? = nil, confirmation: Confirmation = .handedOver, counts: SinkCounts = SinkCounts(), lastError: String? = nil,
    retries: UInt64 = 0, latency: LatencyHistogram = LatencyHistogram()
  ) {
    self.name = name
    self.tenant = tenant
    self.confirmation = confirmation
    self.counts = counts
    self.lastError = lastError
    self.retries = retries
    self.latency = latency
  }

  package subscript<Value>(dynamicMember count: KeyPath<SinkCounts, Value>) -> Value { counts[keyPath: count] }
}

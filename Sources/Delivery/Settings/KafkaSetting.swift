/// A topic of a Kafka cluster.
package struct KafkaSetting: Sendable, Equatable {
  package enum Key: String, CaseIterable, Sendable {
    /// Alerts of a node stay in their order.
    case node
    /// Those of a tenant go to one partition; what is no tenant's goes by its node.
    case tenant
  }

  /// `host:port`; at least one.
  package var brokers: [String]
  package var topic: String
  package var format: AlertFormat
  package var key: Key
  /// Bytes an alert.
  package var limit: Int
  /// librdkafka's own, as `security.protocol`.
  package var properties: [String: String]
  /// Of a file with more of them, `name=value`, a line each, as they may be secrets; nil: there are none.
  package var propertiesFile: String?

  /// A broker takes a mebibyte unless told otherwise.
  package static let usualLimit = 65_536

  package init(
    brokers: [String], topic: String, format: AlertFormat = .json, key: Key = .node, limit: Int = usualLimit,
    properties: [String: String] = [:], propertiesFile: String? = nil
  ) {
    self.brokers = brokers
    self.topic = topic
    self.format = format
    self.key = key
    self.limit = limit
    self.properties = properties
    self.propertiesFile = propertiesFile
  }
}

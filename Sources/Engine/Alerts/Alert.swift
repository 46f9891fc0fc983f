package import Events
package import Rules

/// A rule fired: what people are told. All text in it is valid UTF-8 without control characters, whatever bytes the
/// event had; formats add only what their own syntax asks for.
package struct Alert: Sendable, Hashable {
  /// Deterministic: made of the boot id, the record's number and the rule's name, so that a receiver can drop
  /// what it got twice.
  package let id: String
  /// Of the record that fired the rule.
  package let recordNumber: UInt64
  /// Wall-clock time of the event, nanoseconds since 1970.
  package let timestampNanoseconds: Int64
  package let node: String
  package let rule: String
  package let ruleDescription: String
  package let priority: Priority
  package let tags: [String]
  /// By name: whose workload it is about. nil: the policy has no tenants, or it is not sure whose.
  package let tenant: String?
  /// The tenant's own in syslog; nil: that of whoever sends it.
  package let facility: SyslogFacility?
  /// What was known of the workload when the alert was made, if that was not all there is to know.
  package let identity: Identity?
  /// `evt.type` of the event.
  package let event: String
  /// The rule's output with its fields filled in.
  package let message: String
  /// In a fixed order: what every alert of this kind of event carries, then what the rule's output adds.
  /// Absent fields are left out.
  package let fields: [AlertField]

  package init(
    id: String, recordNumber: UInt64, timestampNanoseconds: Int64, node: String, rule: String,
    ruleDescription: String, priority: Priority, tags: [String], tenant: String? = nil, facility: SyslogFacility? = nil,
    identity: Identity? = nil,
    event: String, message: String, fields: [AlertField]
  ) {
    self.id = id
    self.recordNumber = recordNumber
    self.timestampNanoseconds = timestampNanoseconds
    self.node = node
    self.rule = rule
    self.ruleDescription = ruleDescription
    self.priority = priority
    self.tags = tags
    self.tenant = tenant
    self.facility = facility
    self.identity = identity
    self.event = event
    self.message = message
    self.fields = fields
  }
}

/// A field of the event, as `proc.name`, and what it held.
package struct AlertField: Sendable, Hashable {
  package enum Value: Sendable, Hashable {
    case text(String)
    case integer(Int64)
    case boolean(Bool)

    /// As an output shows it.
    package var shown: String {
      switch self {
      case .text(let text): text
      case .integer(let number): String(number)
      case .boolean(let boolean): boolean ? "true" : "false"
      }
    }
  }

  package let name: String
  package let value: Value

  package init(name: String, value: Value) {
    self.name = name
    self.value = value
  }
}

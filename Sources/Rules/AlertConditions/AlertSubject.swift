/// What a condition over alerts compares.
package enum AlertSubject: Hashable, Sendable {
  case rule, node, tenant, identity, event, tags
  /// As a number, see ``Priority/severity``.
  case priority
  case field(FieldReference)

  static let names = own.map(\.name)

  static func named(_ name: String) -> AlertSubject? { own.first { $0.name == name }?.subject }

  private static let own: [(name: String, subject: AlertSubject)] = [
    ("alert.rule", .rule), ("alert.priority", .priority), ("alert.tenant", .tenant), ("alert.identity", .identity),
    ("alert.tags", .tags), ("alert.event", .event), ("alert.node", .node),
  ]
}

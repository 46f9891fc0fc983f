internal import Events

/// Which events a rule is about, by its `logsource`.
enum SigmaLogSource: Hashable, Sendable {
  case processCreation
  /// Attempts and first datagrams out, connections in.
  case networkConnection
  /// A source that this version has no event of, as messages name it.
  case unsupported(String)

  init(category: String?, product: String?, service: String?) {
    let isHere = product == nil || product == "linux"
    switch category {
    case "process_creation" where isHere && service == nil: self = .processCreation
    case "network_connection" where isHere && service == nil: self = .networkConnection
    default:
      let parts = [("product", product), ("category", category), ("service", service)]
      self = .unsupported(
        parts.compactMap { name, value in value.map { "\(name) \(DisplayText.quoted($0))" } }.joined(separator: ", "))
    }
  }

  static let outgoing = EventKinds([.connect, .send])
  static let incoming = EventKinds(.accept)

  var kinds: EventKinds {
    switch self {
    case .processCreation: EventKinds(.exec)
    case .networkConnection: Self.outgoing.union(Self.incoming)
    case .unsupported: []
    }
  }

  /// What an alert says; `%` begins a field.
  var output: String {
    switch self {
    case .networkConnection:
      "%proc.exepath %evt.type %fd.name (%fd.l4proto) as user %user.uid: %proc.exeline, parent %proc.pexeline"
    default: "%proc.exepath as user %user.uid in %proc.cwd: %proc.exeline, parent %proc.pexepath: %proc.pexeline"
    }
  }
}

internal import Events

/// What a Sigma field is here.
enum SigmaFieldMapping {
  enum Target: Equatable {
    /// A text, a number, a port or an address.
    case field(Field)
    /// A user's name, of which only root's number is known.
    case userName
    /// `true` for what this node began, `false` for what came in.
    case initiated
    /// Sigma knows it, and no event here has it.
    case absent
  }

  /// nil: Sigma's events of that source have no such field.
  static func target(_ name: String, _ source: SigmaLogSource) -> Target? {
    if let target = common[name] { return target }
    let table = source == .networkConnection ? network : process
    return table[name] ?? (absent.contains(name) ? .absent : nil)
  }

  static func names(_ source: SigmaLogSource) -> [String] {
    (Array(common.keys) + Array((source == .networkConnection ? network : process).keys)).sorted()
  }

  /// Where a keyword may stand.
  static func texts(_ source: SigmaLogSource) -> [Field] {
    [.processExeLine, .processExePath, .parentExeLine, .parentExePath, .processCwd]
  }

  /// Fields that hold paths, in which no `\` stands on this system.
  static let paths: Set<Field> = [.processExePath, .parentExePath, .processCwd]

  private static let common: [String: Target] = [
    "Image": .field(.processExePath),
    "ProcessId": .field(.processID),
    "User": .userName,
  ]

  private static let process: [String: Target] = [
    "CommandLine": .field(.processExeLine),
    "CurrentDirectory": .field(.processCwd),
    // Sysmon for Linux writes the real user's number.
    "LogonId": .field(.realUserID),
    "ParentImage": .field(.parentExePath),
    "ParentCommandLine": .field(.parentExeLine),
    "ParentProcessId": .field(.parentID),
  ]

  private static let network: [String: Target] = [
    "Initiated": .initiated,
    "Protocol": .field(.fdProtocol),
    "SourceIp": .field(.clientIP),
    "SourcePort": .field(.clientPort),
    "DestinationIp": .field(.serverIP),
    "DestinationPort": .field(.serverPort),
    // Ours beside Sigma's: the process behind the connection.
    "CommandLine": .field(.processExeLine),
    "ParentImage": .field(.parentExePath),
    "ParentCommandLine": .field(.parentExeLine),
  ]

  private static let absent: Set<String> = [
    "DestinationHostname", "SourceHostname", "DestinationPortName", "SourcePortName", "DestinationIsIpv6",
    "SourceIsIpv6",
    "ParentUser", "LogonGuid", "TerminalSessionId", "ProcessGuid", "ParentProcessGuid", "IntegrityLevel", "Hashes",
    "Imphash",
    "imphash", "md5", "sha1", "sha256", "OriginalFileName", "FileVersion", "Description", "Product", "Company",
    "RuleName",
    "UtcTime", "Computer", "EventID", "Provider_Name", "Channel",
  ]
}

/// Who answers for a tenant: `user:NAME`, `user:UID`, `group:NAME` or `group:GID`.
package enum Owner: Hashable, Sendable {
  case user(Account)
  /// Whoever is a member.
  case group(Account)

  /// By name, or by number.
  package enum Account: Hashable, Sendable {
    case name(String)
    case id(UInt32)
  }

  /// As `tenants.yaml` writes it. nil: something else.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let account = Account(String(parts[1])) else { return nil }
    switch parts[0] {
    case "user": self = .user(account)
    case "group": self = .group(account)
    default: return nil
    }
  }

  package var text: String {
    switch self {
    case .user(let account): "user:\(account.text)"
    case .group(let account): "group:\(account.text)"
    }
  }
}

extension Owner.Account {
  private static let longestName = 256

  /// nil: no name that an account could have.
  fileprivate init?(_ text: String) {
    guard !text.isEmpty, text.utf8.count <= Self.longestName,
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") })
    else { return nil }
    guard text.utf8.allSatisfy(ConditionScanner.isDigit) else {
      self = .name(text)
      return
    }
    // The last one means "none" to the kernel.
    guard let id = UInt32(text), id != .max else { return nil }
    self = .id(id)
  }

  package var text: String {
    switch self {
    case .name(let name): name
    case .id(let id): "\(id)"
    }
  }
}

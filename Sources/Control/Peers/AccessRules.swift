internal import Rules

/// Who may see what: by the user and the groups that the kernel tells of a peer.
struct AccessRules: Sendable {
  /// Besides root.
  let staff: [Owner]
  let names: AccountNames

  /// Names of so many groups of a peer are asked for; the first ones.
  private static let groupLimit = 256

  /// - Parameter tenants: each one's owners.
  func role(of peer: Peer, tenants: [(name: String, owners: [Owner])]) async -> Role {
    if peer.user == 0 { return .staff }
    let all = tenants.reduce(into: Set(staff)) { $0.formUnion($1.owners) }
    let accounts = await accounts(of: peer, asked: all)
    if staff.contains(where: accounts.contains) { return .staff }
    let owned = tenants.filter { $0.owners.contains(where: accounts.contains) }
    return owned.isEmpty ? .stranger : .owner(Set(owned.map(\.name)))
  }

  /// All that the peer is. A database of names is asked only if it matters.
  private func accounts(of peer: Peer, asked: Set<Owner>) async -> Set<Owner> {
    var accounts: Set<Owner> = [.user(.id(peer.user))]
    accounts.formUnion(peer.groups.map { .group(.id($0)) })
    if asked.contains(where: \.isNamedUser), let name = await names.name(.user(peer.user)) { accounts.insert(.user(.name(name))) }
    guard asked.contains(where: \.isNamedGroup) else { return accounts }
    for group in peer.groups.prefix(Self.groupLimit) {
      if let name = await names.name(.group(group)) { accounts.insert(.group(.name(name))) }
    }
    return accounts
  }
}

extension Owner {
  fileprivate var isNamedUser: Bool { if case .user(.name) = self { true } else { false } }
  fileprivate var isNamedGroup: Bool { if case .group(.name) = self { true } else { false } }
}

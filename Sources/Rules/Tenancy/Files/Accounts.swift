internal import Glibc

/// The node's users and groups. Asks its name service: it may take a while where that is far away, so never on the
/// thread that reads the ring.
package enum Accounts {
  private static let largestBuffer = 1 << 20

  /// nil: there is no such user, or nobody answers.
  package static func user(_ account: Owner.Account) -> UInt32? {
    guard case .name(let name) = account else { return account.id }
    return answer { getpwnam_r(name, $0, $1, $2, $3) }?.pw_uid
  }

  /// nil: there is no such group, or nobody answers.
  package static func group(_ account: Owner.Account) -> UInt32? {
    guard case .name(let name) = account else { return account.id }
    return answer { getgrnam_r(name, $0, $1, $2, $3) }?.gr_gid
  }

  /// The groups that a user is a member of; none, if there is no such user.
  package static func groups(ofUser id: UInt32) -> Set<UInt32> {
    var buffer = [CChar](repeating: 0, count: 1024)
    while true {
      var entry = passwd()
      var found: UnsafeMutablePointer<passwd>?
      let code = getpwuid_r(id, &entry, &buffer, buffer.count, &found)
      if code == ERANGE, buffer.count < largestBuffer {
        buffer = [CChar](repeating: 0, count: buffer.count * 2)
        continue
      }
      guard code == 0, found != nil, let name = entry.pw_name else { return [] }
      var count: Int32 = 64
      while count <= 65_536 {
        var groups = [gid_t](repeating: 0, count: Int(count))
        let size = count
        if getgrouplist(name, entry.pw_gid, &groups, &count) >= 0 { return Set(groups.prefix(Int(count))) }
        count = max(count, size * 2)
      }
      return []
    }
  }

  private static func answer<Entry>(
    _ ask: (UnsafeMutablePointer<Entry>, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>)
      -> Int32
  ) -> Entry? {
    let entry = UnsafeMutablePointer<Entry>.allocate(capacity: 1)
    defer { entry.deallocate() }
    var size = 1024
    while size <= largestBuffer {
      let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
      defer { buffer.deallocate() }
      var found: UnsafeMutablePointer<Entry>?
      let code = ask(entry, buffer, size, &found)
      guard code == ERANGE else { return code == 0 && found != nil ? entry.pointee : nil }
      size *= 2
    }
    return nil
  }
}

extension Owner.Account {
  fileprivate var id: UInt32? { if case .id(let id) = self { id } else { nil } }
}

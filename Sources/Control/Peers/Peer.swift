/// Who is at the other end of a connection, as the kernel knew it when it was made.
package struct Peer: Hashable, Sendable {
  package let pid: Int32
  package let user: UInt32
  /// All that the process was in, its own first group included; ascending.
  package let groups: [UInt32]

  package init(pid: Int32, user: UInt32, groups: [UInt32]) {
    self.pid = pid
    self.user = user
    self.groups = groups
  }
}

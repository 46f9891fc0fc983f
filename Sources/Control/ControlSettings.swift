package import Rules

/// Where and for whom the agent answers.
package struct ControlSettings: Sendable {
  /// Of the socket.
  package var path: String
  /// Who may see and do all, besides root.
  package var staff: [Owner]

  package init(path: String, staff: [Owner]) {
    self.path = path
    self.staff = staff
  }
}

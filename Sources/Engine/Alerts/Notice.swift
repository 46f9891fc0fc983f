package import Rules

/// What the agent has to tell about itself, to those who read alerts.
package struct Notice: Sendable {
  package let title: String
  package let description: String
  package let priority: Priority
  /// One line; escaped where it is shown.
  package let message: String

  package init(_ title: String, description: String, priority: Priority, message: String) {
    self.title = title
    self.description = description
    self.priority = priority
    self.message = message
  }
}

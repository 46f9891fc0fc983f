/// Why there is no answer.
package struct RefusalAnswer: Codable, Sendable {
  package var error: String
}

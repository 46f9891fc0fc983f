/// When an alert counts as delivered.
package enum Confirmation: String, Sendable, Codable {
  /// The receiver said that it has it.
  case acknowledged
  /// The kernel took it whole: it is in the file, or on its way to the receiver. UDP tells no more than that.
  case handedOver = "handed over"
}

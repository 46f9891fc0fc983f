/// What formats call the program that raised the alert.
package enum Product {
  package static let name = "Selvage"
  package static let version = "0.1.0"
}

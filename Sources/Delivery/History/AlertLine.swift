/// An alert that is kept: its line of JSON, and what it may be chosen by.
package struct AlertLine: Sendable {
  /// Grows from alert to alert, of all tenants.
  package let number: UInt64
  package let tenant: String?
  package let rule: String
  /// Nanoseconds since 1970.
  package let timestampNanoseconds: Int64
  /// As ``JSONFormat`` writes it, with its newline.
  package let bytes: [UInt8]

  /// Of memory, about.
  var size: Int { bytes.count + 128 }
}

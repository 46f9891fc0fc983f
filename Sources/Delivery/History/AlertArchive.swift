/// Alerts that are kept for those who ask the running agent. Any thread.
package protocol AlertArchive: AnyObject, Sendable {
  /// How many there are of these tenants; nil: of all, and of no tenant.
  func count(tenants: Set<String>?) -> Int

  /// - Parameter last: at most so many of those that are there already; nil: all.
  func reader(_ selection: AlertSelection, last: Int?) -> AlertReader

  /// Nothing more comes: whoever follows is told so.
  func close()
}

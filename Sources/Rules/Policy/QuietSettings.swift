/// How much a site wants to be told: above it, alerts are held back, counted and summed up.
package struct QuietSettings: Hashable, Sendable {
  /// Rules' own throttles hold.
  package var appliesThrottles = true
  /// Of a rule without a throttle: for so many seconds after an alert of a workload, those that say the same are held
  /// back. nil: none are.
  package var foldSeconds: Int? = 60
  /// For rules without one of their own, instead of folding.
  package var throttle: Throttle?
  /// Of a rule, and of each tenant for itself; nil: no bound.
  package var ruleAlertsPerMinute: Int? = 60
  /// Of a tenant, and of each priority for itself, so that what matters less never hides what matters more; a tenant's own
  /// rules have theirs beside the site's. nil: no bound but the tenant's own limits.
  package var tenantAlertsPerMinute: Int? = 300

  package init() {}

  /// Every alert is told.
  package static let off = {
    var settings = QuietSettings()
    settings.appliesThrottles = false
    settings.foldSeconds = nil
    settings.ruleAlertsPerMinute = nil
    settings.tenantAlertsPerMinute = nil
    return settings
  }()
}

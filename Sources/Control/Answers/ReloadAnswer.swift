/// `POST /v1/reload`: what came of it.
package struct ReloadAnswer: Codable, Sendable {
  package var reloaded: Bool
  /// That hold now.
  package var rules: Int
  /// Why not.
  package var reason: String?
  package var diagnostics: [DiagnosticAnswer]

  package init(reloaded: Bool, rules: Int, reason: String?, diagnostics: [DiagnosticAnswer]) {
    self.reloaded = reloaded
    self.rules = rules
    self.reason = reason
    self.diagnostics = diagnostics
  }
}

/// Who speaks, to syslog (RFC 5424, table 1). The names are those of syslog.h.
package enum SyslogFacility: UInt8, CaseIterable, Sendable {
  case kern = 0
  case user, mail, daemon, auth, syslog, lpr, news, uucp, cron, authpriv, ftp
  case local0 = 16
  case local1, local2, local3, local4, local5, local6, local7

  /// As configurations write it, in any case; also `security`, the old name of `auth`.
  package init?(name: some StringProtocol) {
    let name = name.lowercased()
    guard let facility = Self.allCases.first(where: { $0.name == name }) else {
      guard name == "security" else { return nil }
      self = .auth
      return
    }
    self = facility
  }

  package var name: String { "\(self)" }
}

internal import Events

/// Ports by the names that rules write for them. A table of our own, so that a policy means the same on every node.
enum ServiceNames {
  static func port(_ name: String) -> Int64? { ports[name] }

  static func hint(for name: String) -> String? { NearestName.hint(name, among: names) }

  private static let names = ports.keys.sorted()
  private static let ports: [String: Int64] = [
    "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "time": 37, "whois": 43, "tacacs": 49,
    "domain": 53, "bootps": 67, "bootpc": 68, "tftp": 69, "gopher": 70, "finger": 79, "http": 80, "www": 80,
    "kerberos": 88, "iso-tsap": 102, "pop3": 110, "sunrpc": 111, "auth": 113, "ident": 113, "nntp": 119, "ntp": 123,
    "epmap": 135, "netbios-ns": 137, "netbios-dgm": 138, "netbios-ssn": 139, "imap": 143, "imap2": 143, "snmp": 161,
    "snmp-trap": 162, "bgp": 179, "irc": 194, "ldap": 389, "svrloc": 427, "https": 443, "snpp": 444,
    "microsoft-ds": 445, "kpasswd": 464, "submissions": 465, "isakmp": 500, "exec": 512, "login": 513, "shell": 514,
    "syslog": 514, "printer": 515, "route": 520, "uucp": 540, "klogin": 543, "kshell": 544, "dhcpv6-client": 546,
    "dhcpv6-server": 547, "rtsp": 554, "nntps": 563, "submission": 587, "ipp": 631, "ldaps": 636,
    "kerberos-adm": 749, "domain-s": 853, "rsync": 873, "ftps-data": 989, "ftps": 990, "telnets": 992, "imaps": 993,
    "pop3s": 995, "socks": 1080, "openvpn": 1194, "ms-sql-s": 1433, "ms-sql-m": 1434, "l2f": 1701, "l2tp": 1701,
    "radius": 1812, "radius-acct": 1813, "mqtt": 1883, "nfs": 2049, "cvspserver": 2401, "iscsi-target": 3260,
    "mysql": 3306, "ms-wbt-server": 3389, "nut": 3493, "svn": 3690, "epmd": 4369, "sip": 5060, "sip-tls": 5061,
    "xmpp-client": 5222, "xmpp-server": 5269, "mdns": 5353, "postgresql": 5432, "amqps": 5671, "amqp": 5672,
    "x11": 6000, "redis": 6379, "ircd": 6667, "syslog-tls": 6514, "http-alt": 8080, "webcache": 8080,
    "secure-mqtt": 8883, "git": 9418, "bacula-dir": 9101,
  ]
}

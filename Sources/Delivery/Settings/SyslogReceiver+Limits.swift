package import Rules

extension SyslogReceiver {
  package var confirmation: Confirmation {
    if case .relp = self { .acknowledged } else { .handedOver }
  }

  /// Octets a message that receivers of this kind take.
  package var usualLimit: Int {
    if case .udp = self { SyslogFormat.udpLimit } else { SyslogFormat.unixLimit }
  }

  /// Octets a message at most.
  package var largestLimit: Int {
    switch self {
    case .unix: SyslogFormat.unixLargest
    case .udp: SyslogFormat.udpLargest
    case .tcp, .tls, .relp: SyslogFormat.streamLargest
    }
  }
}

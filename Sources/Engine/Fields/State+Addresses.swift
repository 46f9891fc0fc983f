import Events

extension State {
  /// The ends that an address or port field names: none, one or two.
  func ends(_ field: Field) -> (SocketAddress?, SocketAddress?) {
    switch field {
    case .fdIP, .fdNet, .fdPort: (event.local, event.remote)
    case .clientIP, .clientNet: (event.client, nil)
    case .serverIP, .serverNet: (event.server, nil)
    case .localIP, .localNet: (event.local, nil)
    case .remoteIP, .remoteNet: (event.remote, nil)
    default: (nil, nil)
    }
  }
}

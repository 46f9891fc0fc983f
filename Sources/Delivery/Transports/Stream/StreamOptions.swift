/// How long a receiver may take, and how much may be under way to it.
struct StreamOptions: Sendable {
  /// For the host's name, all of its addresses and the TLS handshake, together; and for the answer to a RELP session's
  /// opening.
  var connectMilliseconds = 10_000
  /// How long a peer may leave bytes unacknowledged, or a window closed, until the connection is given up
  /// (`TCP_USER_TIMEOUT`); an idle one is asked for a sign of life (keepalive) so that it is noticed about as soon.
  var deadPeerMilliseconds = 10_000
  /// How long a receiver may answer nothing (RELP), or its kernel acknowledge nothing, while something is outstanding.
  var answerMilliseconds = 30_000
  /// A new connection isn't used before it has lasted so long: who accepts anyone and refuses afterwards (TLS 1.3's
  /// client certificates, a balancer with no one behind it) does so at once, and what had been written would be lost.
  var settleMilliseconds = 200
  /// Octets that are written before their confirmation is waited for.
  var chunkBytes = 256 << 10
  /// Of RELP: messages, and octets, that may wait for their answers.
  var windowMessages = 128
  var windowBytes = 1 << 20
  /// What was written last and is sent again when a connection is lost: octets, and for how long.
  var resentBytes = 4 << 20
  var resentMilliseconds = 10_000
}

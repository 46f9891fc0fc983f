import Rules
import Testing

@Suite struct SyslogReceiverTests {
  @Test(arguments: [
    ("/dev/log", SyslogReceiver.unix(path: "/dev/log")), ("unix:/run/log", .unix(path: "/run/log")),
    ("udp:h:514", .udp(host: "h", port: 514)), ("udp://h", .udp(host: "h", port: 514)),
    ("tcp://h:601", .tcp(host: "h", port: 601)), ("tls://log.example.org", .tls(host: "log.example.org", port: 6514)),
    ("tls:[2001:db8::1]:65535", .tls(host: "2001:db8::1", port: 65535)), ("tls://[::1]", .tls(host: "::1", port: 6514)),
    ("relp://h:2514", .relp(host: "h", port: 2514, isEncrypted: false)),
    ("relp+tls://h:2514", .relp(host: "h", port: 2514, isEncrypted: true)),
  ])
  func whatPeopleWriteIsRead(text: String, receiver: SyslogReceiver) {
    #expect(SyslogReceiver(text) == receiver)
  }

  @Test(arguments: [
    "", "h", "log", "udp", "udp:", "udp://", "udp://:514", "tcp://h", "relp://h", "tcp://h:0", "tcp://h:65536",
    "tcp://h:+1", "tcp://::1:514", "tcp://[::1", "tcp://[::1]514", "tcp://[]:1", "tcp://h/x:1", "tcp://u@h:1",
    "http://h:1", "unix:run/log", "tcp://h h:1", "tcp://\u{e9}:1", "unix:/a\u{0}b",
  ])
  func anythingElseIsRefused(text: String) {
    #expect(SyslogReceiver(text) == nil)
  }
}

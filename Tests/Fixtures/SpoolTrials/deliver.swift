import Delivery
import Glibc
import Rules

func deliver(_ arguments: [String]) throws {
  guard let last = UInt64(arguments[1]), let rate = UInt64(arguments[2]), rate > 0, let relp = UInt16(arguments[3]),
    let tls = UInt16(arguments[4])
  else {
    say("numbers are wanted\n")
    exit(2)
  }
  let folder = arguments[5]
  let certificates = TLSSetting(
    authorities: "\(folder)/ca.pem", certificate: "\(folder)/client.pem", key: "\(folder)/client.key")
  func sink(_ receiver: SyslogReceiver) -> SinkSetting {
    SinkSetting(.syslog(SyslogSetting([receiver], tls: certificates)))
  }
  let spool = try Spool(SpoolSettings(path: arguments[0]))
  let delivery = try Delivery(
    sinks: [sink(.relp(host: "127.0.0.1", port: relp, isEncrypted: false)), sink(.tls(host: "127.0.0.1", port: tls))],
    spool: spool, queueCapacity: 1, processID: getpid())
  var next = spool.status().lastSequence + 1
  say("from \(next)\n")
  let clock = ContinuousClock()
  let begin = clock.now
  let first = next
  var said = begin
  while true {
    let elapsed = clock.now - begin
    let due = first + UInt64(elapsed / .seconds(1) * Double(rate))
    while next <= min(last, due), spool.status().waiting < 1000 {
      delivery.send(sample(next))
      next += 1
    }
    let statuses = delivery.status()
    if clock.now - said > .seconds(1) {
      said = clock.now
      for status in statuses {
        say("\(next - 1) raised; \(status.name): \(status.delivered) delivered, \(status.waiting) wait, \(status.lastError ?? "no error")\n")
      }
    }
    if next > last, spool.status().committedSequence == last, statuses.allSatisfy({ $0.waiting == 0 }) { break }
    usleep(1000)
  }
  _ = delivery.finish(timeoutMilliseconds: 10_000)
  say("done\n")
}

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
  // Those of an earlier run that did not get to the disk were never raised; numbers go on far behind them.
  let first = spool.status().lastSequence + 1
  say("from \(first), \(spool.status().rows) are there\n")
  let clock = ContinuousClock()
  let begin = clock.now
  var next = first
  var said = begin
  while true {
    let due = first + UInt64((clock.now - begin) / .seconds(1) * Double(rate))
    while next <= due {
      let status = spool.status()
      guard status.rows + status.waiting < last, status.waiting < 1000 else { break }
      delivery.send(sample(next))
      next += 1
    }
    let status = spool.status()
    let sinks = delivery.status()
    if clock.now - said > .seconds(1) {
      said = clock.now
      for sink in sinks {
        say(
          "\(status.rows) raised; \(sink.name): \(sink.delivered) delivered, \(sink.waiting) wait, \(sink.retries) retries, "
            + "\(sink.lastError ?? "no error")\n")
      }
    }
    if status.rows == last, sinks.allSatisfy({ $0.waiting == 0 }) { break }
    usleep(1000)
  }
  _ = delivery.finish(timeoutMilliseconds: 10_000)
  say("done\n")
}

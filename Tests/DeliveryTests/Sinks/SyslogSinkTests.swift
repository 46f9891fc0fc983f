@testable import Delivery
import Engine
import Glibc
import Rules
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SyslogSinkTests {
  @Test func aMissingReceiverIsWaitedForThenToldAndPassedOver() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/log"
    let delivery = try Delivery(sinks: [.syslogUnix(path: path)], queueCapacity: 8, retryMilliseconds: 50)
    for _ in 0..<3 { delivery.send(Sample.bare()) }
    #expect(eventually { delivery.status()[0].failed == 3 })
    let status = delivery.status()[0]
    #expect(status.lastError == "connect to \(path): No such file or directory")
    #expect(status.reconciles && status.waiting == 0 && status.delivered == 0)
    // It comes after all.
    let receiver = try DatagramReceiver(unixPath: path)
    delivery.send(Sample.bare("late"))
    #expect(try receiver.receive().hasSuffix("] late"))
    let end = delivery.finish(timeoutMilliseconds: 5000)[0]
    #expect(end.delivered == 1 && end.failed == 3 && end.reconciles)
  }

  @Test func aReceiverThatReturnsWithinTheTimeGetsWhatWaited() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/log"
    var receiver: DatagramReceiver? = try DatagramReceiver(unixPath: path)
    let delivery = try Delivery(sinks: [.syslogUnix(path: path)], queueCapacity: 8, retryMilliseconds: 60_000)
    delivery.send(Sample.bare("first"))
    #expect(try receiver?.receive().hasSuffix("] first") == true)
    receiver = nil  // the path stays, as of one that crashed
    delivery.send(Sample.bare("second"))
    delivery.send(Sample.bare("third"))
    #expect(eventually { delivery.status()[0].lastError?.hasSuffix("Connection refused") == true })
    #expect(delivery.status()[0].waiting == 2)
    let next = try DatagramReceiver(unixPath: path)
    #expect(try next.receive().hasSuffix("] second"))
    #expect(try next.receive().hasSuffix("] third"))
    #expect(delivery.finish(timeoutMilliseconds: 5000)[0].delivered == 3)
  }

  /// Bound, and nobody reads: the kernel takes a few datagrams and no more.
  @Test func aFullReceiverIsWaitedForThenToldAndPassedOver() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/log"
    let receiver = try DatagramReceiver(unixPath: path)
    let delivery = try Delivery(sinks: [.syslogUnix(path: path)], queueCapacity: 1000, retryMilliseconds: 20)
    let count: UInt64 = 40
    for _ in 0..<count { delivery.send(Sample.bare()) }
    #expect(eventually { delivery.status()[0].waiting == 0 })
    let status = delivery.status()[0]
    #expect(status.failed > 0 && status.delivered > 0 && status.refused == 0 && status.reconciles)
    #expect(status.lastError == "send to \(path): Resource temporarily unavailable")
    var received: UInt64 = 0
    while receiver.receiveNow() != nil { received += 1 }
    #expect(received == status.delivered)
    // There is room again.
    delivery.send(Sample.bare("again"))
    #expect(try receiver.receive().hasSuffix("] again"))
  }

  @Test func roomInAFullReceiverIsUsedAtOnce() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/log"
    let receiver = try DatagramReceiver(unixPath: path)
    let delivery = try Delivery(sinks: [.syslogUnix(path: path)], queueCapacity: 1000, retryMilliseconds: 60_000)
    for number in 0..<100 { delivery.send(Sample.bare("\(number)")) }
    #expect(eventually { delivery.status()[0].lastError != nil })
    for number in 0..<100 { #expect(try receiver.receive().hasSuffix("] \(number)")) }
    let end = delivery.finish(timeoutMilliseconds: 5000)[0]
    #expect(end.delivered == 100 && end.lost == 0)
  }

  /// A stream socket, or anything else that is no datagram socket.
  @Test func whatIsNoReceiverIsTold() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("", "log")
    let delivery = try Delivery(sinks: [.syslogUnix(path: path)], queueCapacity: 8, retryMilliseconds: 0)
    delivery.send(Sample.bare())
    #expect(eventually { delivery.status()[0].failed == 1 })
    #expect(delivery.status()[0].lastError == "connect to \(path): Connection refused")
  }

  @Test func UDPMessagesKeepTheirLimit() throws {
    let receiver = try DatagramReceiver()
    let delivery = try Delivery(
      sinks: [
        .syslogUDP(host: "127.0.0.1", port: receiver.port, facility: .local4),
        .syslogUDP(host: "127.0.0.1", port: receiver.port, facility: .local5, limit: 1_000_000),
      ], queueCapacity: 4)
    delivery.send(Sample.bare(String(repeating: "x", count: 100_000)))
    let messages = [try receiver.receive(), try receiver.receive()].sorted()
    #expect(messages[0].hasPrefix("<164>1 ") && messages[0].utf8.count <= 2048)
    #expect(messages[1].hasPrefix("<172>1 ") && (32_768...65_507).contains(messages[1].utf8.count))
    for message in messages { #expect(StructuredData(message)?["alert@32473"]?["truncated"] == "true") }
    #expect(delivery.finish(timeoutMilliseconds: 5000).map(\.delivered) == [1, 1])
  }

  @Test func aHostByNameIsFound() throws {
    let receiver = try DatagramReceiver()
    let delivery = try Delivery(sinks: [.syslogUDP(host: "localhost", port: receiver.port)], queueCapacity: 4)
    delivery.send(Sample.bare())
    #expect(try receiver.receive().hasSuffix("] m"))
    #expect(delivery.finish(timeoutMilliseconds: 5000)[0].delivered == 1)
  }

  /// The first datagram to a port where nobody is goes out; the kernel tells of it when the next is sent.
  @Test func aUDPReceiverThatIsAwayIsTold() throws {
    let port = try DatagramReceiver().port
    let delivery = try Delivery(
      sinks: [.syslogUDP(host: "127.0.0.1", port: port)], queueCapacity: 64, retryMilliseconds: 20)
    for _ in 0..<64 { delivery.send(Sample.bare()) }
    let end = delivery.finish(timeoutMilliseconds: 20_000)[0]
    #expect(end.lastError == "send to 127.0.0.1 port \(port): Connection refused")
    #expect(end.reconciles && end.waiting == 0)
  }

  /// A local socket takes no more than its send buffer holds, about 208 KiB.
  @Test func aMessageThatTheKernelRefusesIsCutToWhatItTakes() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/log"
    let receiver = try DatagramReceiver(unixPath: path)
    let sink = SyslogSink(
      endpoint: try SyslogEndpoint(unixPath: path), format: SyslogFormat(facility: .user, processID: nil),
      limit: 2_000_000)
    let alert = Sample.bare(
      String(repeating: "x", count: 1_500_000), fields: [AlertField(name: "a", value: .text("b"))])
    try sink.deliver([OutgoingAlert(alert)], stop: StopSignal()) { #expect($0 == 1) }
    let message = try receiver.receive()
    #expect(message.utf8.count > 60_000)
    #expect(StructuredData(message)?["alert@32473"]?["truncated"] == "true")
    #expect(StructuredData(message)?["event@32473"] == ["a": "b"])
  }

  @Test func aHostThatCannotBeReachedIsTold() throws {
    let delivery = try Delivery(
      sinks: [.syslogUDP(host: "255.255.255.255", port: 514), .syslogUDP(host: "no host", port: 514)],
      queueCapacity: 4, retryMilliseconds: 20)
    delivery.send(Sample.bare())
    #expect(eventually { delivery.status().allSatisfy { $0.failed == 1 } })
    let errors = delivery.status().map { $0.lastError ?? "" }
    #expect(errors[0] == "connect to 255.255.255.255 port 514: Permission denied")
    #expect(errors[1].hasPrefix("no address for no host: "))
  }

  @Test func whatCannotWorkIsRefusedAtStart() {
    func failure(_ setting: SinkSetting, capacity: Int = 1) -> String? {
      do throws(DeliveryError) {
        _ = try Delivery(sinks: [setting], queueCapacity: capacity)
        return nil
      } catch {
        return error.description
      }
    }
    let long = String(repeating: "p", count: 108)
    #expect(failure(.syslogUnix(path: long)) == "\(long): a socket's path has 1 to 107 bytes, none of them zero")
    #expect(failure(.syslogUnix(path: String(long.dropLast()))) == nil)
    #expect(failure(.syslogUnix(path: "")) != nil)
    #expect(failure(.syslogUnix(path: "a\u{0}b")) != nil)
    #expect(failure(.syslogUDP(host: "", port: 514)) != nil)
    #expect(failure(.syslogUDP(host: "h", port: 0)) == "syslog at h: port 0 is none")
    #expect(failure(.json(path: "/nonexistent/x")) == "open /nonexistent/x: No such file or directory")
    #expect(failure(.json(path: "/")) == "open /: Is a directory")
    #expect(failure(.json(path: "")) != nil)
    #expect(failure(.terminal(descriptor: 9999, colours: false)) == "terminal: Bad file descriptor")
    #expect(failure(.terminal(descriptor: 1, colours: false), capacity: 0)
      == "a queue of 0 alerts: 1 to 1000000 are possible")
  }
}

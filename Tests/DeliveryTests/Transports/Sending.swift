@testable import Delivery
import Engine
import Glibc
import TestSupport
import Rules

/// Takes messages through a transport as a sink's thread does: what is not confirmed is tried again.
final class Sending {
  let transport: any MessageTransport
  let stopSignal: StopSignal
  private(set) var errors: [DeliveryError] = []
  private(set) var confirmed = 0
  /// Messages that were given up, as the receiver refuses them alone.
  private(set) var refused: [[UInt8]] = []

  init(_ transport: any MessageTransport) throws {
    self.transport = transport
    stopSignal = try StopSignal()
  }

  /// Until all are confirmed, or refused.
  func send(_ messages: [[UInt8]], batch: Int = 256, seconds: Int = 60) throws {
    let deadline = MonotonicTime.now().adding(milliseconds: seconds * 1000)
    var next = 0
    while next < messages.count {
      guard deadline.remainingMilliseconds > 0 else { throw TestFailure("not delivered in time: \(errors)") }
      do throws(DeliveryError) {
        next += try attempt(Array(messages[next..<min(next + batch, messages.count)]))
      } catch {
        next += lastCount
        if case .refused = error {
          refused.append(messages[next])
          next += 1
        } else {
          usleep(20_000)
        }
      }
    }
  }

  private var lastCount = 0

  /// Once.
  @discardableResult
  func attempt(_ messages: [[UInt8]]) throws(DeliveryError) -> Int {
    lastCount = 0
    do throws(DeliveryError) {
      try transport.send(messages, stop: stopSignal) { count in
        confirmed += count - lastCount
        lastCount = count
      }
    } catch {
      errors.append(error)
      throw error
    }
    return lastCount
  }

  /// The error of one attempt; nil: there was none.
  func failure(_ message: [UInt8] = Sending.message(0)) -> String? { failure(many: [message]) }

  func failure(many messages: [[UInt8]]) -> String? {
    do throws(DeliveryError) {
      try attempt(messages)
      return nil
    } catch {
      return error.description
    }
  }

  /// As RFC 5424 has them, with a number.
  static func message(_ number: Int, text: String = "") -> [UInt8] {
    Array("<132>1 2026-11-24T08:15:00.123456Z node-1 selvage 7 execve [alert@32473 seq=\"\(number)\"] \(number)\(text)".utf8)
  }

  static func messages(_ range: Range<Int>, text: String = "") -> [[UInt8]] { range.map { message($0, text: text) } }
}

extension StreamOptions {
  /// As they come, but for what a test would have to wait for.
  static func quick(_ change: (inout StreamOptions) -> Void = { _ in }) -> StreamOptions {
    var options = StreamOptions()
    options.settleMilliseconds = 50
    options.answerMilliseconds = 10_000
    change(&options)
    return options
  }
}

extension StreamAddress {
  static func local(_ port: UInt16, host: String = "127.0.0.1") throws -> StreamAddress {
    try StreamAddress(host: host, port: port)
  }
}

extension StreamTransport {
  convenience init(
    port: UInt16, host: String = "127.0.0.1", tls: TLSSetting? = nil, recent: RecentMessages? = nil,
    options: StreamOptions = .quick()
  ) throws {
    self.init(
      to: try .local(port, host: host), tls: try tls.map { try TLSFiles($0) }, recent: recent ?? RecentMessages(options),
      options: options)
  }
}

extension RELPTransport {
  convenience init(
    port: UInt16, host: String = "127.0.0.1", tls: TLSSetting? = nil, options: StreamOptions = .quick()
  ) throws {
    self.init(to: try .local(port, host: host), tls: try tls.map { try TLSFiles($0) }, options: options)
  }
}

extension TLSSetting {
  /// With the certificate of a client.
  static func of(
    _ client: String?, authority: String? = "ca", serverName: String? = nil, fingerprints: [String] = []
  ) throws -> TLSSetting {
    let files = try Certificates.shared()
    return TLSSetting(
      authorities: authority.map(files.certificate), certificate: client.map(files.certificate),
      key: client.map(files.key), serverName: serverName, fingerprints: fingerprints)
  }
}

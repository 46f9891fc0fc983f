@testable import Delivery
import Engine
import Glibc
import TestSupport

/// Gives alerts to a sink as its thread does: what is not confirmed is tried again, what is refused is passed over.
final class SinkRun {
  let sink: any Sink
  let stopSignal: StopSignal
  private(set) var errors: [DeliveryError] = []
  private(set) var refused: [String] = []

  init(_ sink: any Sink) throws {
    self.sink = sink
    stopSignal = try StopSignal()
  }

  /// Until all are delivered or refused.
  func deliver(_ alerts: [OutgoingAlert], batch: Int = 256, seconds: Int = 60) throws {
    let deadline = MonotonicTime.now().adding(milliseconds: seconds * 1000)
    var next = 0
    while next < alerts.count {
      guard deadline.remainingMilliseconds > 0 else { throw TestFailure("not delivered in time: \(errors)") }
      let first = next
      do throws(DeliveryError) {
        try sink.deliver(Array(alerts[first..<min(first + batch, alerts.count)]), stop: stopSignal) { next = first + $0 }
      } catch {
        errors.append(error)
        if case .refused = error {
          refused.append(alerts[next].alert.id)
          next += 1
        } else {
          sink.failOver()
          usleep(20_000)
        }
      }
    }
  }

  static func alerts(_ count: Int, tenant: String? = nil, message: (Int) -> String = { "alert \($0)" }) -> [OutgoingAlert] {
    (0..<count).map { number in
      OutgoingAlert(
        Sample.alert(id: "b-\(number)", number: UInt64(number), tenant: tenant, message: message(number)),
        place: Place(series: "5f", sequence: UInt64(number + 1), previous: UInt64(number)))
    }
  }
}

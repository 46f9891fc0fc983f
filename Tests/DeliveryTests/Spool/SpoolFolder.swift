@testable import Delivery
import Engine
import Glibc
import Rules
import TestSupport

/// A spool in a folder of the test's own.
final class SpoolFolder {
  let folder: TemporaryFolder
  var settings: SpoolSettings

  init(maximumBytes: Int = 16 << 20, whenFull: SpoolSettings.WhenFull = .dropLowest) throws {
    folder = try TemporaryFolder()
    settings = SpoolSettings(
      path: "\(folder.path)/spool.db", maximumBytes: maximumBytes, maximumAgeSeconds: 86_400, whenFull: whenFull)
  }

  var path: String { settings.path }

  func open() throws -> Spool { try Spool(settings) }

  /// What another program sees.
  func integer(_ sql: String) throws -> Int64? { try SQLiteConnection(path, .writing).integer(sql) }
  func execute(_ sql: String) throws { try SQLiteConnection(path, .writing).execute(sql) }

  var bytes: Int {
    ["", "-wal"].reduce(0) { sum, ending in
      var status = stat()
      return stat(path + ending, &status) == 0 ? sum + Int(status.st_size) : sum
    }
  }
}

extension Sample {
  /// One that says its number.
  static func numbered(
    _ number: UInt64, priority: Priority = .warning, tenant: String? = "m1234", rule: String = "Shell by a web server",
    padding: Int = 0
  ) -> Alert {
    alert(
      id: "b7d1-\(number)-9f", number: number, rule: rule, priority: priority, tenant: tenant,
      message: "\(number)" + String(repeating: "x", count: padding))
  }
}

extension Spool {
  func append(_ numbers: ClosedRange<UInt64>) { for number in numbers { append(Sample.numbered(number)) } }

  /// Whether all that was appended is on disk.
  func settles() -> Bool { eventually { status().waiting == 0 } }
}

extension SpoolStatus {
  var reconciles: Bool {
    appended == committed + waiting + refused + unkept && rowsAtOpen + committed == rows + expired + dropped + damaged
  }
}

extension SinkCounts {
  var reconciles: Bool { offered == filtered + delivered + refused + failed + dropped + waiting }
}

extension SpoolCursor {
  /// Takes so many, and has delivered them; fewer if no more come.
  func take(_ count: Int, seconds: Int = 20) -> [OutgoingAlert] {
    var taken: [OutgoingAlert] = []
    let deadline = MonotonicTime.now().adding(milliseconds: seconds * 1000)
    while taken.count < count {
      guard case .alerts(let alerts) = next(limit: min(100, count - taken.count), until: deadline) else { break }
      taken += alerts
      delivered(alerts.count)
    }
    return taken
  }

  /// Takes what there is now.
  func takeAll() -> [OutgoingAlert] {
    var taken: [OutgoingAlert] = []
    while case .alerts(let alerts) = next(limit: 256, until: MonotonicTime.now().adding(milliseconds: 300)) {
      taken += alerts
      delivered(alerts.count)
    }
    return taken
  }
}

extension [OutgoingAlert] {
  var numbers: [UInt64] { map(\.alert.recordNumber) }
  var sequences: [UInt64] { compactMap(\.place?.sequence) }
  /// Whether each names the one before, the first of them that one.
  func isChain(after first: UInt64) -> Bool {
    compactMap(\.place?.previous) == [first] + sequences.prefix(Swift.max(0, count - 1))
  }
}

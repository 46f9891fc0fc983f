internal import ArgumentParser
internal import Events

/// A moment that is over, as people write it: a time, or how long ago.
enum PastMoment: ExpressibleByArgument, Equatable {
  /// Nanoseconds since 1970.
  case wall(Int64)
  case ago(seconds: Int64)

  init?(argument: String) {
    if let nanoseconds = CivilTime.nanoseconds(argument) {
      self = .wall(nanoseconds)
      return
    }
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = argument.last.flatMap({ units[$0] }), let count = Int64(argument.dropLast()), (0...1_000_000).contains(count) else {
      return nil
    }
    self = .ago(seconds: count * unit)
  }

  /// Nanoseconds since 1970.
  func nanoseconds(now: Int64) -> Int64 {
    switch self {
    case .wall(let nanoseconds): nanoseconds
    case .ago(let seconds): max(0, now - min(now, seconds * 1_000_000_000))
    }
  }
}

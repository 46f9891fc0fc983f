/// How long to pause after attempts that failed: each time twice as long, and somewhat by chance, so that a receiver that
/// comes back is not met by all nodes at once.
struct RetryPace {
  let firstMilliseconds: Int
  let longestMilliseconds: Int

  /// For what is on this node, or sends without a connection.
  static let local = RetryPace(firstMilliseconds: 1, longestMilliseconds: 250)
  /// For receivers that are connected to.
  static let remote = RetryPace(firstMilliseconds: 100, longestMilliseconds: 10_000)

  /// - Parameter failures: in a row, from 1.
  func pauseMilliseconds(after failures: Int) -> Int {
    let doublings = min(max(failures - 1, 0), 20)
    let pause = min(firstMilliseconds << doublings, longestMilliseconds)
    return Int.random(in: (pause + 1) / 2...pause)
  }
}
